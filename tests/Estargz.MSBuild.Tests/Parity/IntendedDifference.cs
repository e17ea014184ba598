using System.Globalization;
using System.Text.RegularExpressions;

namespace Estargz.MSBuild.Tests.Parity;

/// <summary>Where our image is another than the SDK's on purpose. Everything that is not here has to be the same.</summary>
/// <param name="Name">What is another.</param>
/// <param name="Why">Why it has to be.</param>
/// <param name="Covers">Whether a difference is this one: its values count, not only its field.</param>
public sealed record IntendedDifference(string Name, string Why, Func<Difference, bool> Covers)
{
    /// <summary>The layers of <see cref="ParityBase"/> are 0 and 1, its entries of the history 0 to 2.</summary>
    private const string BaseLayer = "layer/[01]/", AppLayer = "layer/[2-9]/", AppHistory = "history/[3-9]/";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<IntendedDifference> All { get; } =
    [
        // What makes it eStargz
        Rule("a table of contents in each layer", "It is what eStargz is (estargz.md).",
            "file/stargz.index.json#", (stock, _) => stock is null),
        Rule("a landmark in each layer", "It says what to prefetch (estargz.md).",
            @"file/\.(no\.)?prefetch\.landmark#", (stock, _) => stock is null),
        Rule("annotations of lazy layers", "Snapshotters look for them.",
            "layer/[0-9]/annotations/(containerd.io/snapshot/stargz/toc.digest|io.containers.estargz.uncompressed-size)$", (stock, _) => stock is null),
        Rule("annotations of manifest and index", "Registries show them: what the labels say, and the base's name and digest.",
            @"(manifest|index)/annotations/org\.opencontainers\.image\.", (stock, _) => stock is null),
        Rule("OCI's media types", "Docker's manifests have no annotations for layers; and the SDK, asked for OCI, mixes both.",
            "(manifest|manifest/config|layer/[0-9])/mediaType$",
            (stock, ours) => stock is not null && ours is not null && stock.Contains("vnd.docker.", StringComparison.Ordinal) && ours.Contains("vnd.oci.image.", StringComparison.Ordinal)),
        Rule("several layers for the app", "A new version uploads only what changed.",
            AppLayer + "mediaType$", (stock, ours) => stock is null && ours == "\"application/vnd.oci.image.layer.v1.tar\\u002Bgzip\""),
        Rule("what made a layer", "It says which part of the app a layer has; the SDK's says .NET SDK.",
            AppHistory + "(created|created_by|author)$", (_, ours) => ours is null || IsTime(ours) || ours.StartsWith("\"Estargz.MSBuild: ", StringComparison.Ordinal)),

        Rule("times in the base's history", "They stay as the base wrote them; the SDK writes them anew, with a fraction.",
            "history/[0-2]/created$", (stock, ours) => IsTime(stock) && IsTime(ours) && Time(stock!) == Time(ours!)),

        // Reproducible
        Rule("the clock", "Each side says when it made its image.",
            "config/(created|config/Labels/org.opencontainers.(image|artifact).created)$", (stock, ours) => IsTime(stock) && IsTime(ours)),
        Rule("times of files", "The time of the build would make every build another layer.",
            "file/.*#time$", (_, ours) => ours == "315532800"),

        // Files
        Rule("modes of files", "The SDK makes every file executable, by mistake.",
            "file/.*#mode$", (stock, ours) => stock == "755" && ours == "644"),
        Rule("an entry for the root", "Without one Podman's partial pull closes the root to users.",
            "file/#", (stock, _) => stock is null),
        Rule("entries for parent folders", "A layer that is mounted by itself needs every folder.",
            "file/opt#", (stock, _) => stock is null),
        Rule("owner and mode of a folder of the base", "The SDK's layer takes the base's folder away from its owner.",
            "file/srv#(mode|owner)$", (stock, ours) => (stock, ours) is ("755", "750") or ("0:0", "33:34")),

        // What the SDK loses of the base
        Rule("annotations of the base's layers", "The SDK's model has no place for them.",
            BaseLayer + "annotations/org.example.layer$", (stock, ours) => stock is null && ours == "\"of the base\""),
        Rule("the base's health check", "The SDK's model has no place for it.",
            "config/config/Healthcheck/", (stock, _) => stock is null),
        Rule("the base's shell", "The SDK's model has no place for it.",
            "config/config/Shell$", (stock, ours) => stock is null && ours == "[\"/bin/sh\",\"-c\"]"),
        Rule("the version of the base's system", "The SDK's model has no place for it.",
            "config/os.version$", (stock, ours) => stock is null && ours == "\"12.5\""),
        Rule("the processor's variant", "The SDK's model has no place for it.",
            "(config|entry/platform)/variant$", (stock, ours) => stock is null && ours == "\"v8\""),
        Rule("the version of the system in an index", "The SDK's index has no place for it.",
            "entry/platform/os.version$", (stock, ours) => stock is null && ours == "\"12.5\""),

        // Several RIDs
        Rule("no tag for each RID", "Images of an index are pushed by digest: no tag moves before all are there.",
            "tag/.*-linux-(x64|arm64)$", (stock, ours) => stock == "another image" && ours is null),
        Rule("values with colons", "The SDK cuts them at the second colon.",
            "config/config/(Labels/url|Env/ADDRESS|Labels/org.opencontainers.image.base.name)$",
            (stock, ours) => stock is not null && ours is not null && ours.StartsWith(stock.TrimEnd('"') + ":", StringComparison.Ordinal)),
        Rule("the clock, with its colons", "The SDK cuts it too: 2026-11-27T02.",
            "config/config/Labels/org.opencontainers.(image|artifact).created$", (stock, ours) => stock is not null && Regex.IsMatch(stock, "^\"[0-9-]{10}T[0-9]{2}\"$") && IsTime(ours)),
    ];

    private static IntendedDifference Rule(string name, string why, string field, Func<string?, string?, bool> values) =>
        new(name, why, difference => Regex.IsMatch(difference.Field, "^([a-z0-9-]+ )?" + field, RegexOptions.CultureInvariant) && values(difference.Stock, difference.Ours));

    private static bool IsTime(string? text) => DateTimeOffset.TryParse(text?.Trim('"'), CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text.Trim('"'), CultureInfo.InvariantCulture);
}
