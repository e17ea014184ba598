using System.Globalization;
using System.Text;

namespace Estargz.Layers;

/// <summary>
/// The manifest of an ASP.NET app's static files, <c>APP.staticwebassets.endpoints.json</c>. It tells the time of each
/// file on the machine that built it, which makes every checkout another layer. In the image the files have the image's
/// time, and so the manifest says that one: an HTTP date is always 29 characters, nothing else moves.
/// </summary>
internal static class StaticAssetEndpoints
{
    private const string Suffix = ".staticwebassets.endpoints.json";

    /// <summary>No manifest is larger: half a million endpoints.</summary>
    private const long MaxSize = 512 << 20;

    private static ReadOnlySpan<byte> Header => "\"Name\":\"Last-Modified\",\"Value\":\""u8;

    /// <summary>The content of a file, with the image's time where it is such a manifest.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>.</exception>
    public static ByteSource ContentOf(ImageFile file, long modifiedSeconds)
    {
        var content = new FileSource(file.Source, file.Size);
        if (!file.Path.EndsWith(Suffix, StringComparison.Ordinal) || file.Size is 0 or > MaxSize)
        {
            return content;
        }

        var json = new byte[file.Size];
        content.Read(0, json);
        var time = Encoding.ASCII.GetBytes(DateTimeOffset.FromUnixTimeSeconds(modifiedSeconds).ToString("R", CultureInfo.InvariantCulture));
        for (var rest = json.AsSpan(); rest.IndexOf(Header) is var found and >= 0;)
        {
            rest = rest[(found + Header.Length)..];
            if (rest.Length > time.Length && rest[time.Length] == (byte)'"')
            {
                time.CopyTo(rest);
            }
        }

        return ByteSource.Of(json);
    }
}
