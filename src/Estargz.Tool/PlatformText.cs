using Estargz.Images;

namespace Estargz.Tool;

/// <summary>A platform as it is typed: <c>linux/arm/v7</c>.</summary>
internal static class PlatformText
{
    /// <summary>Takes a platform apart; null where it is none.</summary>
    public static Platform? Parse(string? text) => text?.Split('/') switch
    {
        [{ Length: > 0 } os, { Length: > 0 } architecture] => new Platform(os, architecture),
        [{ Length: > 0 } os, { Length: > 0 } architecture, { Length: > 0 } variant] => new Platform(os, architecture, variant),
        _ => null,
    };
}
