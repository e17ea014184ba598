using Estargz.Images;
using Estargz.Transfers;

namespace Estargz.Publishing;

/// <summary>A base image, resolved to one platform.</summary>
/// <param name="Reference">The reference with the digest of the platform's manifest.</param>
/// <param name="Image">Manifest and configuration.</param>
/// <param name="Named">The digest of what the reference named: an index, or the manifest itself.</param>
public sealed record BaseImage(Reference Reference, Image Image, Digest Named)
{
    /// <summary>Reads manifest and configuration: one request, two where the reference names an index.</summary>
    /// <param name="source">Where it is.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="named">What it names, as the registry has it.</param>
    /// <param name="platform">Which platform of an index.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <exception cref="EstargzException">
    /// A code of 4xxx, or <see cref="DiagnosticCode.ImageMalformed"/>.
    /// </exception>
    public static async Task<BaseImage> ResolveAsync(
        ImageSource source, Reference reference, Task<Content> named, Platform platform, CancellationToken cancellationToken)
    {
        var from = $"the base image {reference}";
        var content = await named.ConfigureAwait(false);
        var digest = content.Digest;
        if (MediaType.IsIndex(content.MediaType))
        {
            var chosen = ImageIndex.Parse(content, from).Select(platform, from);
            content = await source.GetManifestAsync(chosen, cancellationToken).ConfigureAwait(false);
        }

        var manifest = Manifest.Parse(content, from);
        var config = ImageConfig.Parse(await source.GetConfigAsync(manifest.Config, cancellationToken).ConfigureAwait(false), from);
        return new BaseImage(reference with { Digest = content.Digest }, Image.Create(manifest, config, from), digest);
    }
}
