using System.Collections.Immutable;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Registries;
using Estargz.Transfers;

namespace Estargz.Publishing;

/// <summary>Everything a publish needs to know. Paths are absolute: nothing here looks at the current folder.</summary>
public sealed record PublishRequest : ImageRequest
{
    /// <summary>Which platform of the base image.</summary>
    public required Platform Platform { get; init; }

    /// <summary>What <c>dotnet publish</c> wrote.</summary>
    public required string PublishFolder { get; init; }

    /// <summary>Whether the parts of the app have layers of their own; otherwise it is one layer.</summary>
    public bool SplitLayers { get; init; } = true;

    /// <summary>
    /// What is known of files in the publish folder, by their paths there with <c>/</c> between elements; all others are
    /// the app's own, or its static files, as their paths tell.
    /// </summary>
    public IReadOnlyDictionary<string, AppPart> Parts { get; init; } = new Dictionary<string, AppPart>();

    /// <summary>Files that go into the image beside the app.</summary>
    public ImmutableArray<ExtraFile> ExtraFiles { get; init; } = [];

    /// <summary>Where it goes in the image: <c>/app/</c>.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>The owner of the app's files.</summary>
    public long UserId { get; init; }

    /// <summary>Whether layers of the base image are converted; otherwise they stay as they are, and the image is not lazy.</summary>
    public bool ConvertBase { get; init; } = true;

    /// <summary>How layers of the app are cut and compressed.</summary>
    public LayerOptions Layers { get; init; } = LayerOptions.Default;

    /// <summary>The same for layers of the base image: those are converted once and fetched by every node.</summary>
    public LayerOptions BaseLayerOptions { get; init; } = LayerOptions.Default;

    /// <summary>What goes first in each layer.</summary>
    public required StartupOptions Startup { get; init; }

    /// <summary>Whether layers also carry the TOC's digest under the name proposed to the OCI image spec.</summary>
    public bool OciTocAnnotation { get; init; }

    /// <summary>The time in the image, from <c>SOURCE_DATE_EPOCH</c>; null leaves the SDK's own.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>
    /// The digest of everything that decides about the image but its base and its files: what is said here, what the SDK is
    /// told, and their versions. The time is no part of it. Null: nothing is kept for the next publish.
    /// </summary>
    public Digest? Inputs { get; init; }

    /// <summary>The names of the labels that have the time of this publish, as the SDK's have.</summary>
    public ImmutableArray<string> TimeLabels { get; init; } = [];

    /// <summary>Where converted base layers, and the app's layers for their compressed files, are kept.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>
    /// A repository for converted base layers, of which only registry and repository count, in which machines share
    /// them; or null.
    /// </summary>
    public Reference? BaseRepository { get; init; }

    /// <summary>How large that may stay after the publish, in bytes; what was used longest ago goes.</summary>
    public long CacheSize { get; init; } = Estargz.Layers.CacheFolder.DefaultSize;

    /// <summary>Whether start-up profile and report of the publish are attached to the image.</summary>
    public bool PushProfile { get; init; }

    /// <summary>A software bill of materials that is attached to the image, an absolute path; or null.</summary>
    public string? Sbom { get; init; }

    /// <summary>
    /// Whether files go into folders besides the working directory, which the base image may have with modes and owners, or
    /// as links.
    /// </summary>
    internal bool NeedsFolders => Entry.CleanPath(WorkingDirectory).Contains('/') || ExtraFiles.Any(file => file.Path.StartsWith('/'));

    /// <summary>Opens where machines share converted base layers.</summary>
    internal BaseRepository? OpenBaseRepository() => BaseRepository is null || !ConvertBase ? null
        : new BaseRepository(
            Connect(BaseRepository.Registry, BaseRepository.Registry == Target.Registry && IsPushed ? RegistryAccess.Push : RegistryAccess.Other),
            BaseRepository.Repository,
            Tell);
}
