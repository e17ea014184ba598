using System.Collections.Immutable;
using Estargz.Images;
using Microsoft.Build.Framework;

namespace Estargz.MSBuild;

/// <summary>What all tasks take that publish: the base image, where the image goes and how it is called there.</summary>
public abstract class ImageTask : EstargzTask
{
    /// <summary>Registry of the base image; empty for Docker Hub.</summary>
    public string BaseRegistry { get; set; } = "";

    /// <summary>Repository of the base image.</summary>
    [Required]
    public string BaseImageName { get; set; } = "";

    /// <summary>Tag of the base image.</summary>
    public string BaseImageTag { get; set; } = "";

    /// <summary>Digest of the base image.</summary>
    public string BaseImageDigest { get; set; } = "";

    /// <summary>Registry to push to; empty where the image goes to a file or folder.</summary>
    public string OutputRegistry { get; set; } = "";

    /// <summary>The archive to write instead, an absolute path; or empty.</summary>
    public string ArchiveOutputPath { get; set; } = "";

    /// <summary>The OCI layout to write to instead, an absolute path; or empty.</summary>
    public string OciLayoutPath { get; set; } = "";

    /// <summary>Repository to push to.</summary>
    [Required]
    public string Repository { get; set; } = "";

    /// <summary>Tags of the image.</summary>
    [Required]
    public string[] ImageTags { get; set; } = [];

    /// <summary>The <c>EstargzAnnotation</c> items.</summary>
    public ITaskItem[] Annotations { get; set; } = [];

    /// <summary>The base image.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidReference"/>.</exception>
    private protected Reference BaseImage() => Reference.Create(
        BaseRegistry.Length == 0 ? Reference.DockerHub : BaseRegistry,
        BaseImageName,
        BaseImageTag.Length == 0 ? null : BaseImageTag,
        BaseImageDigest.Length == 0 ? null : Digest.Parse(BaseImageDigest, "ContainerBaseImage"),
        "ContainerBaseImage");

    /// <summary>Registry and repository of the image. Where it is not pushed and has no registry, that is Docker Hub's name,
    /// as for everyone who loads archives.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidReference"/>.</exception>
    private protected Reference Target() =>
        Reference.Create(Registry, Repository, null, null, "ContainerRegistry and ContainerRepository");

    /// <summary>The tags of the image.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidReference"/>.</exception>
    private protected ImmutableArray<string> Tags() =>
        [.. ImageTags.Select(tag => Reference.Create(Registry, Repository, tag, null, "ContainerImageTag").Tag!)];

    /// <summary>What the project wants manifests and index to say.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>.</exception>
    private protected ImmutableArray<ImageAnnotation> ParseAnnotations() =>
        [.. Annotations.Select(item => ImageAnnotation.Parse(item.ItemSpec, item.GetMetadata("Value"), item.GetMetadata("Scope")))];

    /// <summary>A path that may not be there.</summary>
    private protected static string? Path(string path) => path.Length == 0 ? null : path;

    private string Registry => OutputRegistry.Length == 0 ? Reference.DockerHub : OutputRegistry;
}
