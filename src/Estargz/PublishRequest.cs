using System.Collections.Immutable;
using Estargz.Images;
using Estargz.Layers;

namespace Estargz;

/// <summary>Everything a publish needs to know. Paths are absolute: nothing here looks at the current folder.</summary>
public sealed record PublishRequest
{
    /// <summary>The base image.</summary>
    public required Reference BaseImage { get; init; }

    /// <summary>Which platform of the base image.</summary>
    public required Platform Platform { get; init; }

    /// <summary>Where the image goes; its tag and digest do not count.</summary>
    public required Reference Target { get; init; }

    /// <summary>The tags that the image gets, last of all.</summary>
    public required ImmutableArray<string> Tags { get; init; }

    /// <summary>What <c>dotnet publish</c> wrote.</summary>
    public required string PublishFolder { get; init; }

    /// <summary>Whether the parts of the app have layers of their own; otherwise it is one layer.</summary>
    public bool SplitLayers { get; init; } = true;

    /// <summary>
    /// What is known of files in the publish folder, by their paths there with <c>/</c> between elements; all others are
    /// the app's own, or its static files, as their paths tell.
    /// </summary>
    public IReadOnlyDictionary<string, AppPart> Parts { get; init; } = ImmutableDictionary<string, AppPart>.Empty;

    /// <summary>Files that go into the image beside the app.</summary>
    public ImmutableArray<ExtraFile> ExtraFiles { get; init; } = [];

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

    /// <summary>Looks up an environment variable: credentials, insecure registries, chunk sizes.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Is told what a user should know and the publish can go on with: a code and a line.</summary>
    public Action<string, string> Warn { get; init; } = (_, _) => { };

    /// <summary>Is told what a registry has to say to its users.</summary>
    public Action<string> Tell { get; init; } = _ => { };
}
