using System.Buffers;
using System.Security.Cryptography;

namespace Estargz.Testing;

/// <summary>A request as it arrived.</summary>
public sealed class RecordedRequest
{
    /// <summary>Bodies are kept up to this many bytes; longer ones are only counted and digested.</summary>
    private const int KeepBytes = 64 * 1024;

    private readonly IncrementalHash _running = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _kept = new();

    public required string Method { get; init; }

    public required string Path { get; init; }

    public required string Query { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    /// <summary>The status of the answer; 0 as long as there is none.</summary>
    public int Status { get; internal set; }

    /// <summary>How much of the body was read, in bytes.</summary>
    public long BodyLength { get; private set; }

    /// <summary>The first bytes of the body.</summary>
    public byte[] Body => _kept.WrittenSpan.ToArray();

    /// <summary>The SHA-256 digest of what was read of the body.</summary>
    public string BodyDigest => "sha256:" + Convert.ToHexStringLower(_running.GetCurrentHash());

    public override string ToString() => $"{Method} {Path}{Query} {Status}";

    internal static RecordedRequest Begin(HttpRequest request) => new()
    {
        Method = request.Method,
        Path = request.Path.Value ?? "",
        Query = request.QueryString.Value ?? "",
        Headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
    };

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        BodyLength += bytes.Length;
        _running.AppendData(bytes);
        _kept.Write(bytes[..(int)Math.Min(bytes.Length, KeepBytes - _kept.WrittenCount)]);
    }
}
