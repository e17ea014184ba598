using System.Globalization;
using System.Text.Json.Nodes;

namespace Estargz.Images;

/// <summary>What an image runs on (OCI image spec, image-index.md, "platform").</summary>
/// <param name="Os">Operating system: <c>linux</c>, <c>windows</c>.</param>
/// <param name="Architecture">Architecture under its Go name: <c>amd64</c>, <c>arm64</c>.</param>
/// <param name="Variant">Variant of the architecture, <c>v7</c>, or null for the usual one.</param>
/// <param name="OsVersion">Version of the operating system, as Windows images have it, or null.</param>
public sealed record Platform(string Os, string Architecture, string? Variant = null, string? OsVersion = null)
{
    /// <summary>Whether this is what builders write for entries that are no image: attestations.</summary>
    public bool IsUnknown => Os == "unknown" && Architecture == "unknown";

    /// <summary>
    /// The variant as a number, where it is <c>v</c> and one; a missing one means what every builder means: <c>arm</c>
    /// is v7, <c>arm64</c> v8, <c>amd64</c> v1. Null where variants of this platform have no order.
    /// </summary>
    private int? Level => (Variant, Architecture) switch
    {
        (null or "", "arm") => 7,
        (null or "", "arm64") => 8,
        (null or "", _) => 1,
        (['v', .. var digits], _) when int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int level) => level,
        _ => null,
    };

    /// <summary>The platform that a .NET runtime identifier means.</summary>
    /// <param name="rid">The identifier: <c>linux-x64</c>, <c>linux-musl-arm64</c>.</param>
    /// <param name="from">Where it came from, for the message: <c>ContainerRuntimeIdentifier</c>.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidProperty"/>.</exception>
    public static Platform FromRuntimeIdentifier(string rid, string from)
    {
        int dash = rid.LastIndexOf('-');
        string? os = dash < 0 ? null : rid[..dash] switch
        {
            "linux" or "linux-musl" or "linux-bionic" => "linux",
            var name => name.AsSpan().TrimEnd("0123456789.").ToString() switch
            {
                "alpine" or "arch" or "centos" or "debian" or "fedora" or "ol" or "opensuse" or "rhel" or "sles" or "ubuntu" => "linux",
                "win" => "windows",
                _ => null,
            },
        };
        (string? architecture, string? variant) = rid[(dash + 1)..] switch
        {
            "x64" => ("amd64", null),
            "x86" => ("386", null),
            "arm64" => ("arm64", null),
            "arm" => ("arm", "v7"),
            "armv6" => ("arm", "v6"),
            "loongarch64" => ("loong64", null),
            "ppc64le" or "riscv64" or "s390x" => (rid[(dash + 1)..], null),
            _ => ((string?)null, (string?)null),
        };
        return os is null || architecture is null
            ? throw new EstargzException(
                DiagnosticCode.InvalidProperty,
                $"{Excerpt.Of(rid)} from {from} is not the runtime identifier of a container platform: use one like linux-x64, linux-musl-arm64 or win-x64.")
            : new Platform(os, architecture, variant);
    }

    /// <summary>How well an image of another platform runs here: 0 is best; null, not at all.</summary>
    /// <remarks>An image for an older variant runs on a newer one; never the other way round. Where variants have no
    /// order, one that was not asked for may be any.</remarks>
    public int? DistanceTo(Platform image)
    {
        if (Os != image.Os || Architecture != image.Architecture
            || (OsVersion is not null && image.OsVersion is not null && OsVersion != image.OsVersion))
        {
            return null;
        }

        return Level is { } here && image.Level is { } there
            ? here >= there ? here - there : null
            : Variant is null ? 1 : Variant == image.Variant ? 0 : null;
    }

    /// <summary><c>linux/arm/v7</c>, with the version of the system where there is one: <c>windows/amd64 10.0.1</c>.</summary>
    public override string ToString() =>
        $"{Os}/{Architecture}" + (Variant is null ? "" : "/" + Variant) + (OsVersion is null ? "" : " " + OsVersion);

    /// <summary>Reads a platform; null where there is none.</summary>
    internal static Platform? Read(Field json) => json.IsMissing ? null : new Platform(
        json["os"].Text(), json["architecture"].Text(), json["variant"].TextOrNull(), json["os.version"].TextOrNull());

    /// <summary>Writes a platform, in the order of the OCI image spec; what an earlier one says besides stays.</summary>
    internal JsonObject Write(JsonObject earlier) => Document.Order(
        earlier, ("architecture", Architecture), ("os", Os), ("os.version", OsVersion), ("variant", Variant));
}
