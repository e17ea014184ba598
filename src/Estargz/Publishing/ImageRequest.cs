using System.Collections.Immutable;
using Estargz.Images;
using Estargz.Registries;
using Estargz.Transfers;

namespace Estargz.Publishing;

/// <summary>What every publish needs to know: on what base an image stands, where it goes and how it is called there.</summary>
public abstract record ImageRequest
{
    /// <summary>The base image.</summary>
    public required Reference BaseImage { get; init; }

    /// <summary>
    /// Registry and repository of the image; its tag and digest do not count. Where it goes to a file or folder, it is still
    /// the name that runtimes import it under.
    /// </summary>
    public required Reference Target { get; init; }

    /// <summary>The tags that the image gets, last of all; none, if it is a part of an index.</summary>
    public required ImmutableArray<string> Tags { get; init; }

    /// <summary>What the project wants manifests and index to say besides what the labels say.</summary>
    public ImmutableArray<ImageAnnotation> Annotations { get; init; } = [];

    /// <summary>The archive that is written instead of a push, an absolute path: a file, or a folder for it; or null.</summary>
    public string? Archive { get; init; }

    /// <summary>The OCI layout folder that is written to instead of a push, an absolute path; or null.</summary>
    public string? Layout { get; init; }

    /// <summary>Looks up an environment variable: credentials, insecure registries, chunk sizes.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Is told what a user should know and the publish can go on with: a code and a line.</summary>
    public Action<string, string> Warn { get; init; } = (_, _) => { };

    /// <summary>Is told what a registry has to say to its users.</summary>
    public Action<string> Tell { get; init; } = _ => { };

    /// <summary>The archive's file, or null: <see cref="Archive"/>, and where that is a folder, the file in it.</summary>
    public string? ArchiveFile => Archive is null ? null : ArchiveDestination.PathFor(Archive, Target.Repository);

    /// <summary>Whether the image goes to a registry.</summary>
    internal bool IsPushed => Archive is null && Layout is null;

    /// <summary>Where the image goes and which properties say so, for messages.</summary>
    internal string Whither => Layout is not null ? $"OCI layout '{Layout}' (EstargzOciLayoutPath)"
        : ArchiveFile is { } file ? $"Archive '{file}' (ContainerArchiveOutputPath)"
        : $"Image '{Target}' (ContainerRegistry, ContainerRepository)";

    /// <summary>What the base image is and which property says so, for messages.</summary>
    internal string Whence => $"Base image '{BaseImage}' (ContainerBaseImage)";

    /// <summary>The base image's name without its digest, as annotations have it.</summary>
    internal string BaseName => (BaseImage with { Digest = null }).ToString();

    /// <summary>What the image is called where it goes, once for each tag.</summary>
    public IEnumerable<string> Names => Tags.Select(tag => $"{(IsPushed ? Target.Registry + "/" : "")}{Target.Repository}:{tag}");

    /// <summary>What a user calls the image: where it is, its first tag and the digest of its manifest or index.</summary>
    internal string NameOf(Content manifest)
    {
        var place = Layout ?? ArchiveFile ?? $"{Target.Registry}/{Target.Repository}";
        return place + (Tags.IsEmpty ? "" : ":" + Tags[0]) + "@" + manifest.Digest;
    }

    /// <summary>A registry knows requests; a user knows properties of a project.</summary>
    /// <param name="what">What was asked for, and the property that says so; null: what failed explains itself.</param>
    /// <param name="failure">What came of it.</param>
    /// <exception cref="EstargzException">The failure, explained. Others are for the caller to throw again.</exception>
    internal static void ThrowExplained(string? what, Exception failure)
    {
        if (what is not null && failure is EstargzException known)
        {
            throw new EstargzException(known.Code, $"{what}: {known.Message}", known);
        }
    }

    /// <summary>Opens where the image goes.</summary>
    /// <param name="cacheFolder">Where is kept what the registry has, or null.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>: a variable of the environment.</exception>
    internal IDestination OpenDestination(string? cacheFolder) =>
        Layout is not null ? new LayoutDestination(Layout, FullName)
        : ArchiveFile is { } file ? new ArchiveDestination(file, FullName)
        : new RegistryDestination(Connect(Target.Registry, RegistryAccess.Push), Target.Repository, cacheFolder is null ? null : new KnownBlobs(cacheFolder, Target.Registry));

    /// <summary>Opens where the base image is.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>: a variable of the environment.</exception>
    internal Registry OpenSource() => Connect(
        BaseImage.Registry,
        BaseImage.Registry == Target.Registry && IsPushed ? RegistryAccess.PullFromOutput : RegistryAccess.Pull);

    /// <summary>The name that runtimes import an image of a layout or archive under, as the SDK has it.</summary>
    private string FullName =>
        $"{Target.Registry}/{(Target.Registry == Reference.DockerHub && !Target.Repository.Contains('/', StringComparison.Ordinal) ? "library/" : "")}{Target.Repository}";

    private protected Registry Connect(string host, RegistryAccess access) => new(host, new RegistryOptions
    {
        Access = access,
        Environment = Environment,

        // The SDK reads the base image too, and gives up with a stack trace where it expects TLS.
        TrustsLoopback = access is RegistryAccess.Push or RegistryAccess.Other,
        Warn = Tell,
    });
}
