using System.Text;
using Microsoft.Build.Framework;

namespace Estargz.MSBuild;

/// <summary>
/// Finds out whether a publish can succeed before the SDK and <see cref="PublishEstargzImage"/> do their parts, so that
/// every mistake is one line with a code and not a stack trace of the SDK.
/// </summary>
public sealed class CheckEstargzImage : PublishTask
{
    /// <summary>The base image's manifest, JSON.</summary>
    [Output]
    public string BaseManifest { get; private set; } = "";

    /// <summary>The media type of <see cref="BaseManifest"/>.</summary>
    [Output]
    public string BaseManifestMediaType { get; private set; } = "";

    /// <summary>The base image's configuration, JSON.</summary>
    [Output]
    public string BaseConfiguration { get; private set; } = "";

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var publisher = new ContainerPublisher(CreateRequest());
        var image = (await publisher.CheckAsync(cancellationToken).ConfigureAwait(false)).Image;
        BaseManifest = Encoding.UTF8.GetString(image.Manifest.Content.Bytes.Span);
        BaseManifestMediaType = image.Manifest.Content.MediaType;
        BaseConfiguration = Encoding.UTF8.GetString(image.Config.Content.Bytes.Span);
    }
}
