using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Estargz.Images;

/// <summary>
/// A content digest, <c>sha256:…</c> or <c>sha512:…</c> (OCI image spec, descriptor.md, "Digests"). A value of this
/// type is always well formed, so it is safe in paths and URLs.
/// </summary>
public sealed record Digest
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    private readonly string _text;

    private Digest(string text) => _text = text;

    /// <summary><c>sha256</c> or <c>sha512</c>.</summary>
    public string Algorithm => ToString()[..6];

    /// <summary>The lower-case hexadecimal part: 64 or 128 digits.</summary>
    public string Hex => ToString()[7..];

    /// <summary>Takes <c>algorithm:hex</c> apart.</summary>
    /// <returns>False for anything but a registered algorithm with exactly its number of lower-case digits.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out Digest? digest)
    {
        digest = null;
        int digits = text is null ? 0
            : text.StartsWith("sha256:", StringComparison.Ordinal) ? 64
            : text.StartsWith("sha512:", StringComparison.Ordinal) ? 128
            : 0;
        if (digits == 0 || text!.Length != 7 + digits || text.AsSpan(7).ContainsAnyExcept(HexDigits))
        {
            return false;
        }

        digest = new Digest(text);
        return true;
    }

    /// <summary>Takes <c>algorithm:hex</c> apart.</summary>
    /// <param name="text">The text.</param>
    /// <param name="from">Where it came from, for the message: <c>the manifest of …</c>.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ImageMalformed"/>.</exception>
    public static Digest Parse(string? text, string from) =>
        TryParse(text, out var digest) ? digest : throw new EstargzException(
            DiagnosticCode.ImageMalformed,
            $"{Excerpt.Of(text)} in {from} is not a digest: expected sha256: and 64 hexadecimal digits (or sha512: and 128).");

    /// <summary>The SHA-256 digest of bytes.</summary>
    public static Digest OfBytes(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return OfHash(hash);
    }

    /// <summary>The digest with this raw SHA-256 value (32 bytes).</summary>
    public static Digest OfHash(ReadOnlySpan<byte> sha256) => new("sha256:" + Convert.ToHexStringLower(sha256));

    /// <summary>A running hash of this digest's algorithm, to check bytes that arrive against it.</summary>
    public IncrementalHash CreateHash() =>
        IncrementalHash.CreateHash(Algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);

    /// <summary>Whether a finished hash made by <see cref="CreateHash"/> is this digest.</summary>
    public bool Matches(ReadOnlySpan<byte> hash) => Hex.AsSpan().SequenceEqual(Convert.ToHexStringLower(hash));

    /// <summary>Whether the bytes of a stream, from where it is to its end, have this digest.</summary>
    public async Task<bool> MatchesAsync(Stream bytes, CancellationToken cancellationToken) => Matches(Algorithm == "sha512"
        ? await SHA512.HashDataAsync(bytes, cancellationToken).ConfigureAwait(false)
        : await SHA256.HashDataAsync(bytes, cancellationToken).ConfigureAwait(false));

    /// <summary><c>algorithm:hex</c>.</summary>
    public override string ToString() => _text;
}
