using System.Text;
using Estargz.Images;

namespace Estargz.MSBuild;

/// <summary>An image as tasks hand it on: the JSON of manifest and configuration.</summary>
internal static class ImageJson
{
    /// <summary>Reads an image.</summary>
    /// <param name="mediaType">The manifest's media type.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="configuration">The configuration.</param>
    /// <param name="from">Whose they are, for messages.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ImageMalformed"/>.</exception>
    public static Image Parse(string mediaType, string manifest, string configuration, string from)
    {
        var parsed = Manifest.Parse(new Content(mediaType, Encoding.UTF8.GetBytes(manifest)), from);
        return Image.Create(parsed, ImageConfig.Parse(new Content(parsed.Config.MediaType, Encoding.UTF8.GetBytes(configuration)), from), from);
    }
}
