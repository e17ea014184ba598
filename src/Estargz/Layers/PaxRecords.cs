using System.Buffers.Text;
using System.Collections.Immutable;

namespace Estargz.Layers;

/// <summary>The records of one PAX extended header (POSIX.1-2017, pax, "pax Extended Header").</summary>
internal sealed class PaxRecords
{
    /// <summary>No header holds more: what Go's reader, and so every runtime, accepts.</summary>
    public const int MaxBytes = 1 << 20;

    private const string XattrPrefix = "SCHILY.xattr.";

    private readonly Dictionary<string, ReadOnlyMemory<byte>> _records = new(StringComparer.Ordinal);

    /// <summary>No records.</summary>
    public static PaxRecords None { get; } = new();

    /// <summary>Offsets and sizes of a sparse file in format 0.0, which repeats keywords: the order counts.</summary>
    public List<long> SparsePairs { get; } = [];

    /// <summary>Takes <c>LENGTH KEYWORD=VALUE\n</c> records apart.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.TarInvalid"/>.</exception>
    public static PaxRecords Parse(ReadOnlyMemory<byte> body)
    {
        var records = new PaxRecords();
        while (!body.IsEmpty)
        {
            if (!Utf8Parser.TryParse(body.Span, out int length, out int digits)
                || digits == 0 || length > body.Length || length < digits + 3
                || body.Span[digits] != ' ' || body.Span[length - 1] != '\n'
                || body.Span[..length].IndexOf((byte)'=') is var equals && equals <= digits + 1)
            {
                throw Invalid("a record is malformed");
            }

            records.Add(TarBlock.DecodeText(body.Span[(digits + 1)..equals]), body[(equals + 1)..(length - 1)]);
            body = body[length..];
        }

        return records;
    }

    /// <summary>The text of a record, or null when it is absent or empty (which means: the header's own value).</summary>
    public string? Text(string keyword)
    {
        if (!_records.TryGetValue(keyword, out var value) || value.IsEmpty)
        {
            return null;
        }

        return value.Span.Contains((byte)0) ? throw Invalid($"'{keyword}' holds a NUL") : TarBlock.DecodeText(value.Span);
    }

    /// <summary>The number in a record, or null when it is absent or empty.</summary>
    public long? Number(string keyword) => !_records.TryGetValue(keyword, out var value) || value.IsEmpty
        ? null
        : Utf8Parser.TryParse(value.Span, out long number, out int used) && used == value.Length
            ? number
            : throw Invalid($"'{keyword}' is not a number");

    /// <summary>The time in a record in seconds, rounded, or null when it is absent or empty.</summary>
    public long? Time(string keyword) => !_records.TryGetValue(keyword, out var value) || value.IsEmpty
        ? null
        : TarBlock.ReadPaxTime(value.Span) ?? throw Invalid($"'{keyword}' is not a time");

    /// <summary>The extended attributes.</summary>
    public ImmutableSortedDictionary<string, byte[]> Xattrs() => _records
        .Where(r => r.Key.StartsWith(XattrPrefix, StringComparison.Ordinal))
        .ToImmutableSortedDictionary(r => r.Key[XattrPrefix.Length..], r => r.Value.ToArray(), StringComparer.Ordinal);

    private void Add(string keyword, ReadOnlyMemory<byte> value)
    {
        _records[keyword] = value;
        if (keyword is "GNU.sparse.offset" or "GNU.sparse.numbytes")
        {
            SparsePairs.Add(Number(keyword) ?? throw Invalid($"'{keyword}' is empty"));
        }
    }

    private static EstargzException Invalid(string why) =>
        new(DiagnosticCode.TarInvalid, $"The tar archive has an invalid PAX header: {why}.");
}
