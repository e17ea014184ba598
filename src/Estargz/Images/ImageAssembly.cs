using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Estargz.Images;

/// <summary>
/// The image that the SDK decided on, with our layers in it. The SDK made it over an empty folder: the base's layers,
/// then one placeholder. Settings and labels are the SDK's; what its model loses of the base comes back.
/// </summary>
public sealed record ImageAssembly
{
    // What an application inherits with the files of the base, and the SDK's model has no place for. Not OnBuild: an
    // instruction to builders, carried out by none here. Not author: of the base, not of this image.
    private static readonly string[] Inherited = ["variant", "os.version", "os.features"];
    private static readonly string[] InheritedSettings = ["Healthcheck", "Shell", "ArgsEscaped"];

    /// <summary>What the SDK made: the base's layers, then the placeholder.</summary>
    public required Image Sdk { get; init; }

    /// <summary>The base image as its registry has it, with annotations.</summary>
    public required Image Base { get; init; }

    /// <summary>The base's layers as they go into the image, as many and in that order; unchanged or packed anew.</summary>
    public required ImmutableArray<ImageLayer> BaseLayers { get; init; }

    /// <summary>The layers that take the placeholder's place, the lowest first.</summary>
    public required ImmutableArray<ImageLayer> AppLayers { get; init; }

    /// <summary>The time that the image says it was made at, or null for what the SDK says.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>The labels that say it, too.</summary>
    public ImmutableArray<string> TimeLabels { get; init; } = [];

    /// <summary>The name of the base image, without its digest.</summary>
    public required string BaseName { get; init; }

    /// <summary>What the project wants the manifest to say.</summary>
    public ImmutableArray<ImageAnnotation> Annotations { get; init; } = [];

    /// <summary>
    /// Puts the image together. Its manifest says what the image's own labels say, and has no annotation of the base's manifest: those describe the base
    /// (version, revision, source), and would be untrue of this image.
    /// </summary>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.ImageMalformed"/>: the SDK's image is not this base and one layer, or not every layer
    /// of the base is there.
    /// </exception>
    public Image Assemble()
    {
        Check();
        var config = Sdk.Config.Edit(Inherit);
        config = Created is { } time ? config.WithCreated(time, TimeLabels) : config;
        config = config.With(
            [.. BaseLayers.Select(layer => layer.DiffId), .. AppLayers.Select(layer => layer.DiffId)],
            [.. BaseHistory(), .. AppLayers.Select(layer => new HistoryEntry { Created = config.Created, CreatedBy = layer.CreatedBy })]);

        var layers = BaseLayers.Zip(Base.Manifest.Layers, (layer, origin) => layer.Descriptor.InPlaceOf(origin)).Concat(AppLayers.Select(layer => layer.Descriptor));
        var manifest = Sdk.Manifest.With(
            config.Content.Descriptor,
            layers.Select(layer => layer with { MediaType = MediaType.ToOci(layer.MediaType) }),
            AnnotationsOf(config));
        return Image.Create(manifest, config, "the new image");
    }

    private ImmutableSortedDictionary<string, string> AnnotationsOf(ImageConfig config) => ImageAnnotation.OfLabels(config.Labels, Base.Config.Labels)
        .SetItem(Annotation.BaseName, BaseName)
        .SetItem(Annotation.BaseDigest, Base.Manifest.Content.Digest.ToString())
        .SetItems(Annotations.Where(annotation => annotation.OnManifest).Select(annotation => KeyValuePair.Create(annotation.Name, annotation.Value)));

    private void Check()
    {
        int layers = Base.Manifest.Layers.Length, sdk = Sdk.Manifest.Layers.Length;
        if (sdk != layers + 1)
        {
            throw Malformed($"The .NET SDK made an image of {sdk} layers; with this base image it must be {layers + 1}");
        }

        if (BaseLayers.Length != layers)
        {
            throw Malformed($"The base image has {layers} layers, but {BaseLayers.Length} were prepared");
        }

        if (!Sdk.Config.DiffIds.AsSpan(0, layers).SequenceEqual(Base.Config.DiffIds.AsSpan()))
        {
            throw Malformed("The .NET SDK's image has other base layers than the base image; its tag may have moved just now");
        }
    }

    private static EstargzException Malformed(string what) =>
        new(DiagnosticCode.ImageMalformed, what + ". Publish again; if it happens again, give the base image by digest.");

    private void Inherit(JsonObject json)
    {
        Copy(Base.Config.Json, json, Inherited);
        if (Base.Config.Json["config"] is JsonObject settings)
        {
            if (json["config"] is not JsonObject ours)
            {
                json["config"] = ours = [];
            }

            Copy(settings, ours, InheritedSettings);
        }
    }

    private static void Copy(JsonObject source, JsonObject target, string[] names)
    {
        foreach (var name in names)
        {
            if (target[name] is null && source[name] is { } value)
            {
                target[name] = value.DeepClone();
            }
        }
    }

    // Tools number layers through the history (config.md), so a history that does not fit the layers is worse than
    // none; but one that is there must be complete.
    private IEnumerable<HistoryEntry> BaseHistory() =>
        Base.Config.History.Count(entry => !entry.EmptyLayer) == BaseLayers.Length
            ? Base.Config.History
            : BaseLayers.Select(_ => new HistoryEntry { CreatedBy = "base image" });
}
