using System.Text.Json;
using Estargz.Images;

namespace Estargz.Registries;

/// <summary>What a manifest or index says it is, against what the registry says (CVE-2021-41190).</summary>
internal static class ManifestBody
{
    /// <summary>The media type on which body and header agree.</summary>
    /// <param name="body">The bytes.</param>
    /// <param name="contentType">The header, or null.</param>
    /// <param name="from">The manifest's name, for messages.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ImageMalformed"/>.</exception>
    public static string MediaTypeOf(ReadOnlyMemory<byte> body, string? contentType, string from)
    {
        string? own;
        try
        {
            using var json = JsonDocument.Parse(body);
            own = json.RootElement.TryGetProperty("mediaType", out var type) ? type.GetString() : null;
            if (json.RootElement.TryGetProperty("manifests", out _) && json.RootElement.TryGetProperty("layers", out _))
            {
                throw Malformed(from, "is a manifest and an index at once");
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Malformed(from, "is not valid JSON", e);
        }

        // Registries on plain file stores know no better than these. Others give OCI's name to what Docker made, or the other
        // way round: that leaves no doubt of what is in it.
        var header = contentType is "application/json" or "application/octet-stream" or "binary/octet-stream" or "text/plain" ? null : contentType;
        if (own is not null && header is not null && own != header
            && !(MediaType.Manifests.Contains(own) && MediaType.ToOci(own) == MediaType.ToOci(header)))
        {
            throw Malformed(from, $"says that it is '{RegistryError.Shorten(own, 100)}', but the registry says '{RegistryError.Shorten(header, 100)}'");
        }

        return own ?? header ?? throw Malformed(from, "has no media type");
    }

    private static EstargzException Malformed(string from, string why, Exception? cause = null) =>
        new(DiagnosticCode.ImageMalformed, $"The manifest of {from} {why}. Use another base image or registry.", cause);
}
