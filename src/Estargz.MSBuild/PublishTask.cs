using System.Globalization;
using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;
using Estargz.Publishing;
using Microsoft.Build.Framework;

namespace Estargz.MSBuild;

/// <summary>The properties of a publish.</summary>
public abstract class PublishTask : ImageTask
{
    /// <summary>The metadata of <see cref="PublishedFiles"/> that says where a file is below the publish folder.</summary>
    private protected const string PublishedPath = "RelativePath";

    /// <summary>The metadata of <see cref="PublishedFiles"/> that says which package a file comes from.</summary>
    private protected const string PublishedPackage = "NuGetPackageId";

    /// <summary>Whether the image is one of an index: then the index has the tags, and the image none.</summary>
    public bool PartOfIndex { get; set; }

    /// <summary>What <c>ContainerImageFormat</c> is.</summary>
    public string ImageFormat { get; set; } = "";

    /// <summary>RID of the image.</summary>
    [Required]
    public string ContainerRuntimeIdentifier { get; set; } = "";

    /// <summary>What <c>dotnet publish</c> wrote, an absolute path.</summary>
    [Required]
    public string PublishDirectory { get; set; } = "";

    /// <summary>Where it goes in the image.</summary>
    [Required]
    public string WorkingDirectory { get; set; } = "";

    /// <summary>What <c>ContainerUser</c> is; a number also owns the files.</summary>
    public string ContainerUser { get; set; } = "";

    /// <summary>What <c>EstargzLayers</c> is.</summary>
    public string AppLayers { get; set; } = "";

    /// <summary>The SDK's <c>ResolvedFileToPublish</c> items: which file comes out of which NuGet package.</summary>
    public ITaskItem[] PublishedFiles { get; set; } = [];

    /// <summary>The names of the packages that .NET itself comes in, where the app brings its own.</summary>
    public string[] RuntimePacks { get; set; } = [];

    /// <summary>The <c>EstargzExtraFile</c> items.</summary>
    public ITaskItem[] ExtraFiles { get; set; } = [];

    /// <summary>What <c>EstargzBaseImage</c> is.</summary>
    public string BaseImageMode { get; set; } = "";

    /// <summary>What <c>EstargzChunkSize</c> is.</summary>
    public string ChunkSize { get; set; } = "";

    /// <summary>What <c>EstargzMinChunkSize</c> is.</summary>
    public string MinChunkSize { get; set; } = "";

    /// <summary>What <c>EstargzFormat</c> is.</summary>
    public string Format { get; set; } = "";

    /// <summary>What <c>EstargzCompressor</c> is.</summary>
    public string Compressor { get; set; } = "";

    /// <summary>What <c>EstargzCompressionLevel</c> is.</summary>
    public string CompressionLevel { get; set; } = "";

    /// <summary>The start-up profile, an absolute path; <c>none</c> for no order at all; empty for what the files tell.</summary>
    public string StartupProfile { get; set; } = "";

    /// <summary>What <c>EstargzBaseProfile</c> is.</summary>
    public string BaseProfile { get; set; } = "";

    /// <summary>What <c>EstargzLink</c> is.</summary>
    public string Link { get; set; } = "";

    /// <summary>What <c>EstargzHotPieces</c> is.</summary>
    public string HotPieces { get; set; } = "";

    /// <summary>What <c>EstargzAdvice</c> is.</summary>
    public string Advice { get; set; } = "";

    /// <summary>The name of the entry assembly.</summary>
    [Required]
    public string AssemblyName { get; set; } = "";

    /// <summary>What <c>InvariantGlobalization</c> is.</summary>
    public string InvariantGlobalization { get; set; } = "";

    /// <summary>What <c>EstargzOciTocAnnotation</c> is.</summary>
    public string OciTocAnnotation { get; set; } = "";

    /// <summary>What <c>EstargzCachePath</c> is, an absolute path; empty for the user's cache folder.</summary>
    public string CachePath { get; set; } = "";

    /// <summary>What <c>EstargzPushProfile</c> is.</summary>
    public string PushProfile { get; set; } = "";

    /// <summary>What <c>EstargzSbom</c> is, an absolute path; or empty.</summary>
    public string SbomFile { get; set; } = "";

    /// <summary>What <c>EstargzBaseRepository</c> is: a repository of <see cref="ImageTask.OutputRegistry"/>, or of a registry that it names.</summary>
    public string BaseRepository { get; set; } = "";

    /// <summary>What <c>EstargzCacheSize</c> is.</summary>
    public string CacheSize { get; set; } = "";

    /// <summary>What <c>SOURCE_DATE_EPOCH</c> is.</summary>
    public string SourceDateEpoch { get; set; } = "";

    /// <summary>The request that the properties make.</summary>
    /// <param name="messages">Takes what the publish says.</param>
    /// <exception cref="EstargzException">A code of 1xxx.</exception>
    private protected PublishRequest CreateRequest(PublishMessages messages)
    {
        RefuseDockerFormat();
        return new PublishRequest
        {
            BaseImage = BaseImage(),
            Target = Target(),
            Tags = PartOfIndex ? [] : Tags(),
            Annotations = ParseAnnotations(),
            Archive = Path(ArchiveOutputPath),
            Layout = Path(OciLayoutPath),
            Platform = Platform.FromRuntimeIdentifier(ContainerRuntimeIdentifier, "ContainerRuntimeIdentifier"),
            PublishFolder = PublishDirectory,
            WorkingDirectory = Folder(),
            SplitLayers = Choice("EstargzLayers", AppLayers, "split", "single") == 0,
            Parts = PublishedParts(),
            ExtraFiles = [.. ExtraFiles.Select(CreateExtraFile)],
            UserId = long.TryParse(ContainerUser, NumberStyles.None, CultureInfo.InvariantCulture, out long user) ? user : 0,
            ConvertBase = Choice("EstargzBaseImage", BaseImageMode, "convert", "keep") == 0,
            Layers = CreateLayerOptions(levels => levels.Start),

            // Base layers are compressed once, for all apps on them.
            BaseLayerOptions = CreateLayerOptions(levels => levels.Smallest),
            Startup = new StartupOptions
            {
                Profile = StartupProfile.Length == 0 || IsNone(StartupProfile) ? null : StartupProfile,
                Enabled = !IsNone(StartupProfile),
                SharedBase = Choice("EstargzBaseProfile", BaseProfile, "shared", "app") == 0,
                Link = Link.Length == 0 ? NetworkLink.Default : NetworkLink.Parse(Link, "EstargzLink"),
                HotPieces = Choice("EstargzHotPieces", HotPieces, "false", "true") == 1,
                Assembly = AssemblyName,
                RuntimeIdentifier = ContainerRuntimeIdentifier,
                InvariantGlobalization = InvariantGlobalization.Equals("true", StringComparison.OrdinalIgnoreCase),
                Advice = Choice("EstargzAdvice", Advice, "true", "false") == 0,
            },
            OciTocAnnotation = Choice("EstargzOciTocAnnotation", OciTocAnnotation, "false", "true") == 1,
            CacheFolder = CachePath.Length == 0 ? LayerCache.DefaultFolder(Environment.GetEnvironmentVariable) : CachePath,
            PushProfile = Choice("EstargzPushProfile", PushProfile, "false", "true") == 1,
            Sbom = Path(SbomFile),
            BaseRepository = ParseBaseRepository(messages),
            CacheSize = Number("EstargzCacheSize", CacheSize, 0, long.MaxValue, CacheFolder.DefaultSize),
            Created = Images.SourceDateEpoch.Parse(SourceDateEpoch),
            Warn = messages.Warn,
            Tell = message => messages.Tell(PartOfIndex ? $"{ContainerRuntimeIdentifier}: {message}" : message),
        };
    }

    /// <summary>Says no to what cannot be lazy.</summary>
    private void RefuseDockerFormat()
    {
        if (ImageFormat.Equals("Docker", StringComparison.OrdinalIgnoreCase))
        {
            throw new EstargzException(
                DiagnosticCode.DockerFormat,
                "ContainerImageFormat is Docker, but Docker manifests cannot carry the annotations that make an image start before it is downloaded. Remove ContainerImageFormat or set it to OCI; every current runtime reads OCI images. To publish a Docker image, set EstargzEnabled to false.");
        }
    }

    /// <summary>The working directory. The SDK's task fails on the root with a stack trace: its archives have no entry for that.</summary>
    private string Folder() => WorkingDirectory.Trim('/', '.').Length > 0
        ? WorkingDirectory
        : throw new EstargzException(
            DiagnosticCode.InvalidProperty,
            $"ContainerWorkingDirectory is '{WorkingDirectory}': the .NET SDK can put an app only into a folder below the root, such as /app.");

    /// <summary>A repository without a registry is one of the registry that the image goes to. It may go to none: nobody means Docker Hub then.</summary>
    private Reference? ParseBaseRepository(PublishMessages messages)
    {
        if (BaseRepository.Length == 0)
        {
            return null;
        }

        if (OutputRegistry.Length == 0 && !Reference.NamesRegistry(BaseRepository))
        {
            if (!PartOfIndex)
            {
                messages.Tell($"EstargzBaseRepository '{BaseRepository}' is not used: it names no registry, and the image goes to none.");
            }

            return null;
        }

        return Reference.ParseRepository(BaseRepository, Target().Registry, "EstargzBaseRepository");
    }

    private Dictionary<string, AppPart> PublishedParts()
    {
        var packs = RuntimePacks.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var parts = new Dictionary<string, AppPart>(StringComparer.Ordinal);
        foreach (var file in PublishedFiles)
        {
            if (file.GetMetadata(PublishedPackage) is { Length: > 0 } package)
            {
                parts[file.GetMetadata(PublishedPath).Replace('\\', '/')] = packs.Contains(package) ? AppPart.Runtime : AppPart.Dependencies;
            }
        }

        return parts;
    }

    private static ExtraFile CreateExtraFile(ITaskItem item) => ExtraFile.Parse(
        item.GetMetadata("FullPath"),
        item.GetMetadata("TargetPath"),
        item.GetMetadata("RecursiveDir"),
        item.GetMetadata("Mode"),
        item.GetMetadata("Owner"),
        item.GetMetadata("Layer"));

    /// <param name="zone">The level of what is fetched before the start, where the project sets none.</param>
    private LayerOptions CreateLayerOptions(Func<CompressionLevels, int> zone) => new(
        CreateCompressor(levels => levels.Balanced),
        (int)Number("EstargzChunkSize", ChunkSize, LayerOptions.MinChunkSize, LayerOptions.MaxChunkSize, LayerOptions.DefaultChunkSize),
        WorkerPool.Shared)
    {
        Zone = CreateCompressor(zone),
        MinMemberSize = (int)Number("EstargzMinChunkSize", MinChunkSize, 0, LayerOptions.MaxMinMemberSize, 0),
    };

    /// <param name="otherwise">The level where the project sets none.</param>
    private Layers.Compressor CreateCompressor(Func<CompressionLevels, int> otherwise)
    {
        if (Choice("EstargzFormat", Format, "estargz", "zstd-chunked") == 1)
        {
            RefuseWithZstd("EstargzHotPieces", HotPieces, "false");
            RefuseWithZstd("EstargzMinChunkSize", MinChunkSize, "0");
            return Layers.Compressor.ZstdChunked(Level(CompressionLevels.Zstd));
        }

        return Choice("EstargzCompressor", Compressor, "managed", "zlib") == 0
            ? Layers.Compressor.Managed(Level(CompressionLevels.Managed))
            : Layers.Compressor.Zlib(Level(CompressionLevels.Zlib));

        int Level(CompressionLevels levels) =>
            CompressionLevel.Length == 0 ? otherwise(levels) : levels.Parse(CompressionLevel, "EstargzCompressionLevel");
    }

    private static bool IsNone(string profile) => profile.Equals("none", StringComparison.OrdinalIgnoreCase);

    private static void RefuseWithZstd(string property, string value, string off)
    {
        if (value.Length > 0 && !value.Equals(off, StringComparison.OrdinalIgnoreCase))
        {
            throw new EstargzException(
                DiagnosticCode.InvalidProperty,
                $"{property} is '{value}', but EstargzFormat is zstd-chunked, which has no such thing. Remove one of them.");
        }
    }

    private static long Number(string property, string value, long min, long max, long otherwise) =>
        value.Length == 0 ? otherwise
        : long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= min && number <= max ? number
        : throw new EstargzException(DiagnosticCode.InvalidProperty, $"{property} is '{value}': it has to be a number from {min} to {max}. The default is {otherwise}.");

    /// <summary>The index of the value; the first is the default.</summary>
    private static int Choice(string property, string value, params string[] values) =>
        value.Length == 0 ? 0
        : Array.FindIndex(values, v => v.Equals(value, StringComparison.OrdinalIgnoreCase)) is var index and >= 0 ? index
        : throw new EstargzException(DiagnosticCode.InvalidProperty, $"{property} is '{value}': it has to be {string.Join(" or ", values)}. The default is {values[0]}.");
}
