using System.Security.Cryptography;
using Estargz.Images;

namespace Estargz.Layers;

/// <summary>
/// Writes an eStargz blob: workers read, digest and compress members, one writer puts them in order. Each byte of
/// content is read once, compressed once and digested as it passes; memory is bounded by workers and chunk size. Only hot
/// pieces, which stand in the blob twice and far apart, are read and compressed twice, so that nobody has to keep them.
/// </summary>
public sealed class LayerWriter
{
    private readonly IReadOnlyList<Entry> _entries;
    private readonly LayerOptions _options;
    private readonly Stream _output;
    private readonly CachedBlob? _cached;
    private readonly IncrementalHash _diffId = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _blob = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _file = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly TocWriter _toc = new();
    private readonly HotCopies _copies = new();
    private readonly int _landmark;
    private readonly TarSplitWriter? _tarSplit;
    private int _fileEntry;
    private long _size;
    private long _uncompressedSize;
    private long _prefetchSize;

    private LayerWriter(IReadOnlyList<Entry> entries, LayerOptions options, Stream output, CachedBlob? cached) =>
        (_entries, _options, _output, _cached, _landmark, _tarSplit) =
            (entries, options, output, cached,
             entries.TakeWhile(e => e.Name != Landmark.Prefetch).Count() is var index && index < entries.Count ? index : -1,
             (options.Compressor as ZstdCompressor)?.CreateTarSplit());

    /// <summary>Writes a layer.</summary>
    /// <param name="entries">The entries in their final order, landmark included: see <see cref="LayerOrder"/>.</param>
    /// <param name="options">How members are cut and compressed.</param>
    /// <param name="output">Where the blob goes; it is written from start to end and left open.</param>
    /// <param name="cancellationToken">Stops within one batch.</param>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.FileUnreadable"/>: a file changed or vanished. <see cref="DiagnosticCode.CacheUnusable"/>:
    /// the output cannot be written.
    /// </exception>
    public static Task<Layer> WriteAsync(
        IReadOnlyList<Entry> entries, LayerOptions options, Stream output, CancellationToken cancellationToken) =>
        WriteAsync(entries, options, output, null, cancellationToken);

    /// <summary>Writes a layer into a file of the cache, which members of earlier layers are taken from.</summary>
    /// <inheritdoc cref="WriteAsync(IReadOnlyList{Entry}, LayerOptions, Stream, CancellationToken)"/>
    public static Task<Layer> WriteAsync(
        IReadOnlyList<Entry> entries, LayerOptions options, CachedBlob output, CancellationToken cancellationToken) =>
        WriteAsync(entries, options, output.Stream, output, cancellationToken);

    private static async Task<Layer> WriteAsync(
        IReadOnlyList<Entry> entries, LayerOptions options, Stream output, CachedBlob? cached, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.ChunkSize);
        var writer = new LayerWriter(entries, options, output, cached);
        using (writer._diffId)
        using (writer._blob)
        using (writer._file)
        using (writer._tarSplit)
        {
            try
            {
                await writer.WriteMembersAsync(cancellationToken).ConfigureAwait(false);
                return writer.WriteToc();
            }
            catch (IOException e)
            {
                // What cannot be read says so itself; this is the output.
                throw new EstargzException(
                    DiagnosticCode.CacheUnusable,
                    $"A layer cannot be written: {e.Message} Set EstargzCachePath to a folder with more room.",
                    e);
            }
        }
    }

    private async Task WriteMembersAsync(CancellationToken cancellationToken)
    {
        using var plans = MemberGroups.Join(MemberPlan.Cut(_entries, _options.ChunkSize), _entries, _options.MinMemberSize).GetEnumerator();
        var workers = _options.Workers;
        var running = new Queue<(MemberBatch Batch, Task Work)>();
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var batch = workers.TryRent();
                if (batch is null && running.Count > 0)
                {
                    await WriteNextAsync(running).ConfigureAwait(false);
                    continue;
                }

                batch ??= await workers.RentAsync(cancellationToken).ConfigureAwait(false);
                if (!batch.Take(plans))
                {
                    workers.Return(batch);
                    break;
                }

                running.Enqueue((batch, workers.RunAsync(() => batch.Compress(_entries, CompressorOf, _cached), cancellationToken)));
            }

            while (running.Count > 0)
            {
                await WriteNextAsync(running).ConfigureAwait(false);
            }
        }
        finally
        {
            // After a failure the others still hold files open: nobody may delete those before they are done.
            foreach (var (batch, work) in running)
            {
                await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                workers.Return(batch);
            }
        }
    }

    private Compressor CompressorOf(MemberPlan plan) =>
        plan.IsCopy || plan.Chunk.Kind == ChunkKind.Head || plan.Entry < _landmark ? _options.Zone : _options.Compressor;

    private async Task WriteNextAsync(Queue<(MemberBatch Batch, Task Work)> running)
    {
        var (batch, work) = running.Peek();
        await work.ConfigureAwait(false);
        foreach (var member in batch.Members)
        {
            AddToTarSplit(member, batch);
            AddToToc(member, batch);
        }

        Write(batch.Content, batch.Compressed);
        _options.Workers.Return(running.Dequeue().Batch);
    }

    // Not asynchronously: for a file, that is another thread that waits for the disk.
    private void Write(ReadOnlyMemory<byte> content, ReadOnlyMemory<byte> compressed)
    {
        _diffId.AppendData(content.Span);
        _blob.AppendData(compressed.Span);
        _output.Write(compressed.Span);
        _size += compressed.Length;
        _uncompressedSize += content.Length;
    }

    private void AddToToc(MemberBatch.Member member, MemberBatch batch)
    {
        var plan = member.Plan;
        if (plan.IsCopy)
        {
            _copies.Add(plan, _size + member.CompressedOffset, Digest.OfHash(member.ChunkSha256));
            return;
        }

        if (!plan.GoesOn)
        {
            _cached?.Add(member.Key, new MemberIndex.Place(_size + member.CompressedOffset, member.CompressedLength, member.ChunkEnd, member.Checksum));
        }

        if (plan.Entry >= 0)
        {
            AddChunk(_entries[plan.Entry], member, batch);
        }

        for (int i = plan.HeadersFrom; i < plan.HeadersTo; i++)
        {
            // The entry of a file with content is made of its first chunk, in the next member.
            if (_entries[i].Size == 0)
            {
                _toc.Add(_entries[i], _tarSplit?.NextTimes());
            }
        }
    }

    private void AddChunk(Entry entry, MemberBatch.Member member, MemberBatch batch)
    {
        var plan = member.Plan;
        var digest = Digest.OfHash(member.ChunkSha256);
        long offset = _copies.Place(entry, plan, _size + member.CompressedOffset, digest);
        if (plan.Chunk.Offset == 0)
        {
            _fileEntry = _toc.AddFile(entry, offset, member.InnerOffset, plan.Chunk.Length, digest, _tarSplit?.NextTimes());
            _prefetchSize = entry.Name == Landmark.Prefetch ? offset : _prefetchSize;
        }
        else
        {
            _toc.AddChunk(entry, plan.Chunk.Offset, offset, member.InnerOffset, plan.Chunk.Length, digest);
        }

        if (member.ChunkEnd > 0 && plan.IsLastChunk(_entries))
        {
            _toc.SetEnd(_fileEntry, offset + member.ChunkEnd);
        }

        if (plan.Chunk.Kind == ChunkKind.Head)
        {
            _copies.AddHead(_fileEntry, batch.Compressed.Slice(member.CompressedOffset, member.CompressedLength));
        }

        if (plan.Chunk.Length < entry.Size)
        {
            _file.AppendData(batch.Content.Span.Slice(member.ContentOffset, plan.Chunk.Length));
            if (plan.IsLastChunk(_entries))
            {
                _toc.SetDigest(_fileEntry, Digest.OfHash(_file.GetHashAndReset()));
            }
        }
    }

    private void AddToTarSplit(MemberBatch.Member member, MemberBatch batch)
    {
        if (_tarSplit is null)
        {
            return;
        }

        var plan = member.Plan;
        var content = batch.Content.Span[member.ContentOffset..];
        if (plan.Entry >= 0)
        {
            _tarSplit.AddContent(Take(ref content, plan.Chunk.Length));
            if (plan.IsLastChunk(_entries))
            {
                _tarSplit.EndContent(_entries[plan.Entry], Take(ref content, TarBlock.Padding(_entries[plan.Entry].Size)));
            }
        }

        for (int i = plan.HeadersFrom; i < plan.HeadersTo; i++)
        {
            _tarSplit.AddHeader(_entries[i], Take(ref content, (int)_entries[i].Header.Length));
        }

        static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> content, int count)
        {
            var taken = content[..count];
            content = content[count..];
            return taken;
        }
    }

    private Layer WriteToc()
    {
        Write(default, _copies.FinishHeads(_size, _toc));
        var end = _options.Zone.End(_toc.Toc, _size, _tarSplit);
        Write(end.Content, end.Compressed);
        _output.Flush();
        return new Layer(
            Digest.OfHash(_blob.GetHashAndReset()),
            _size,
            Digest.OfHash(_diffId.GetHashAndReset()),
            end.TocDigest,
            _uncompressedSize,
            _prefetchSize)
        {
            ZstdChunked = end.ZstdChunked,
        };
    }
}
