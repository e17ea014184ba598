using System.Text;

namespace Estargz.Publishing;

/// <summary>A software bill of materials that goes with an image: a file of the user's.</summary>
internal static class Sbom
{
    /// <summary>How much of a file is looked at, in bytes.</summary>
    private const int Beginning = 64 << 10;

    /// <summary>What of a file's beginning tells its type.</summary>
    private static readonly (string Text, string Type)[] s_types =
    [
        ("\"spdxVersion\"", "application/spdx+json"),
        ("https://spdx.org/rdf/3", "application/spdx+json"),
        ("SPDXVersion:", "text/spdx"),
        ("\"CycloneDX\"", "application/vnd.cyclonedx+json"),
        ("http://cyclonedx.org/schema/bom", "application/vnd.cyclonedx+xml"),
        ("\"anchore/syft\"", "application/vnd.syft+json"),
    ];

    /// <summary>The media type of a file's content; where that is none of the known formats, that of any bytes.</summary>
    /// <param name="path">The file, an absolute path.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>.</exception>
    public static string TypeOf(string path)
    {
        var bytes = new byte[Beginning];
        using var file = Open(path);
        var text = Encoding.UTF8.GetString(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
        return s_types.FirstOrDefault(type => text.Contains(type.Text, StringComparison.Ordinal)).Type ?? "application/octet-stream";
    }

    /// <summary>Opens the file.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EstargzException(
                DiagnosticCode.FileUnreadable, $"The file '{path}' that EstargzSbom names cannot be read: {e.Message} Correct EstargzSbom, or make the file before the publish.", e);
        }
    }
}
