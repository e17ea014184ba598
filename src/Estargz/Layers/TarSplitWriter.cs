using System.Text.Json;
using Estargz.Deflate;
using ZstdSharp;

namespace Estargz.Layers;

/// <summary>
/// A tar without the content of its files, in the format of tar-split: a JSON object a line, for each header with what
/// stands before it and for each file. containers/storage makes the tar again of it and of the files that it has.
/// </summary>
internal sealed class TarSplitWriter : IDisposable
{
    private const int FileType = 1;
    private const int SegmentType = 2;

    private readonly GrowingBuffer _compressed = new();
    private readonly GrowingBuffer _segment = new();
    private readonly Crc64 _crc = new();
    private readonly Queue<HeaderTimes> _times = [];
    private readonly Stream _zstd;
    private int _position;

    /// <summary>Begins with nothing.</summary>
    /// <param name="level">zstd's level.</param>
    public TarSplitWriter(int level) => _zstd = new CompressionStream(_compressed.AsStream(), level);

    /// <summary>The bytes before compression.</summary>
    public long Size { get; private set; }

    /// <summary>Adds the header of an entry, all blocks of it, and the entry if it has no content.</summary>
    public void AddHeader(Entry entry, ReadOnlySpan<byte> header)
    {
        _times.Enqueue(HeaderTimes.Of(header));
        _segment.Write(header);
        WriteSegment();
        if (entry.Size == 0)
        {
            WriteFile(entry, null);
        }
    }

    /// <summary>
    /// The times in the header that was added after that of the last call, for the TOC: containers/storage refuses a layer whose
    /// TOC has other times than the headers in here.
    /// </summary>
    public HeaderTimes NextTimes() => _times.Dequeue();

    /// <summary>Adds the next part of a file's content.</summary>
    public void AddContent(ReadOnlySpan<byte> chunk) => _crc.Append(chunk);

    /// <summary>Ends a file's content.</summary>
    /// <param name="entry">The file.</param>
    /// <param name="padding">The zeros that follow it: they go before the next header, where readers look for them.</param>
    public void EndContent(Entry entry, ReadOnlySpan<byte> padding)
    {
        WriteFile(entry, _crc.Finish());
        _segment.Write(padding);
    }

    /// <summary>Adds the end of the tar.</summary>
    /// <returns>All of it, compressed.</returns>
    public ReadOnlyMemory<byte> Finish(ReadOnlySpan<byte> end)
    {
        _segment.Write(end);
        WriteSegment();
        _zstd.Dispose();
        return _compressed.Written;
    }

    /// <inheritdoc/>
    public void Dispose() => _zstd.Dispose();

    private void WriteSegment()
    {
        Write(line =>
        {
            line.WriteNumber("type", SegmentType);
            line.WriteBase64String("payload", _segment.Written.Span);
        });
        _segment.Clear();
    }

    private void WriteFile(Entry entry, byte[]? crc) => Write(line =>
    {
        line.WriteNumber("type", FileType);
        line.WriteString("name", entry.Name);
        if (crc is null)
        {
            line.WriteNull("payload");
        }
        else
        {
            line.WriteNumber("size", entry.Size);
            line.WriteBase64String("payload", crc);
        }
    });

    private void Write(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var line = new Utf8JsonWriter(bytes))
        {
            line.WriteStartObject();
            write(line);
            line.WriteNumber("position", _position++);
            line.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        _zstd.Write(bytes.GetBuffer(), 0, (int)bytes.Length);
        Size += bytes.Length;
    }
}
