using Estargz.Images;
using Estargz.Profiles;

namespace Estargz.Tool;

/// <summary>A platform as it is typed, <c>linux/arm/v7</c>, and as .NET has it, <c>linux-arm</c>.</summary>
internal static class PlatformText
{
    /// <summary>Takes a platform apart; null where it is none.</summary>
    public static Platform? Parse(string? text) => text?.Split('/') switch
    {
        [{ Length: > 0 } os, { Length: > 0 } architecture] => new Platform(os, architecture),
        [{ Length: > 0 } os, { Length: > 0 } architecture, { Length: > 0 } variant] => new Platform(os, architecture, variant),
        _ => null,
    };

    /// <summary>The runtime identifier of an image; null where .NET has none for it.</summary>
    public static string? RuntimeIdentifier(Platform platform, ImageTree tree)
    {
        var (architecture, musl) = platform.Architecture switch
        {
            "amd64" => ("x64", "x86_64"),
            "arm64" => ("arm64", "aarch64"),
            "arm" => ("arm", "armhf"),
            _ => (null, null),
        };
        return platform.Os != "linux" || architecture is null ? null
            : tree.Find($"/lib/ld-musl-{musl}.so.1") is null ? $"linux-{architecture}" : $"linux-musl-{architecture}";
    }
}
