using Estargz.Images;
using Estargz.Layers;

namespace Estargz;

/// <summary>Everything a publish needs to know. Paths are absolute: nothing here looks at the current folder.</summary>
public sealed record PublishRequest : ImageRequest
{
    /// <summary>Which platform of the base image.</summary>
    public required Platform Platform { get; init; }

    /// <summary>What <c>dotnet publish</c> wrote.</summary>
    public required string PublishFolder { get; init; }

    /// <summary>Where it goes in the image: <c>/app/</c>.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The owner of the app's files.</summary>
    public long UserId { get; init; }

    /// <summary>Whether layers of the base image are converted; otherwise they stay as they are, and the image is not lazy.</summary>
    public bool ConvertBase { get; init; } = true;

    /// <summary>How layers are cut and compressed.</summary>
    public LayerOptions Layers { get; init; } = LayerOptions.Default;

    /// <summary>What goes first in each layer.</summary>
    public required StartupOptions Startup { get; init; }

    /// <summary>Whether layers also carry the TOC's digest under the name proposed to the OCI image spec.</summary>
    public bool OciTocAnnotation { get; init; }

    /// <summary>The time in the image, from <c>SOURCE_DATE_EPOCH</c>; null leaves the SDK's own.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Where converted base layers are kept.</summary>
    public required string CacheFolder { get; init; }
}
