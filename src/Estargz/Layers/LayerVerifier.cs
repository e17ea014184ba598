using System.Security.Cryptography;
using Estargz.Images;

namespace Estargz.Layers;

/// <summary>
/// Checks a blob from its first byte to its last: every gzip member, every chunk and file digest, the TOC against the
/// tar field by field, landmark, TOC and footer. What is lazily mounted (the TOC) and what is unpacked (the tar) are two
/// truths; this finds every place where they differ.
/// </summary>
public sealed class LayerVerifier
{
    private readonly List<string> _findings = [];
    private readonly Dictionary<(char Kind, long Id), string> _names = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly HashSet<(long, long)> _offsets = [];
    private readonly IReadOnlyList<TocEntry> _toc;
    private readonly FrameChecks _frames = new();
    private readonly MembersStream _members;
    private readonly FoundCopies _copies;
    private readonly TarReader _tar;
    private readonly byte[] _buffer = new byte[128 << 10];
    private int _next;
    private int _landmarks;
    private int _chunks;

    private LayerVerifier(IReadOnlyList<TocEntry> toc, MembersStream members, FoundCopies copies, Stream tar)
    {
        (_toc, _members, _copies) = (toc, members, copies);
        _tar = new TarReader(tar, (_, length) => new LayerReader.Unread(length));
    }

    /// <summary>Verifies a blob. Reads it once; memory is bounded by its TOC.</summary>
    /// <param name="blob">The blob; it has to be able to seek.</param>
    /// <param name="cancellationToken">Stops between reads of footer and TOC.</param>
    public static async Task<LayerReport> VerifyAsync(Stream blob, CancellationToken cancellationToken)
    {
        LayerReader? index = null;
        string? broken = null;
        try
        {
            index = await LayerReader.OpenAsync(blob, cancellationToken).ConfigureAwait(false);
        }
        catch (EstargzException e)
        {
            broken = e.Message;
        }

        bool isZstd = index is null ? await ZstdFrame.BeginsAsync(blob, cancellationToken).ConfigureAwait(false) : index.ZstdChunked is not null;
        blob.Position = 0;
        using var digested = new DigestingStream(blob);
        var copies = new FoundCopies();
        using MembersStream members = isZstd ? new ZstdFramesStream(digested) : new GzipMembersStream(digested) { ExtraFound = copies.Read };
        using var tar = new DigestingStream(members);
        var verifier = new LayerVerifier(index?.Toc.Entries ?? [], members, copies, tar);
        bool readable = true;
        try
        {
            if (index is not null)
            {
                verifier.Check(index, blob.Length);
                verifier.CheckRest(tar, index, blob.Length);
                copies.Compare().ToList().ForEach(verifier.Find);
            }
            else
            {
                // An ordinary layer: its archive may have been cut off before it was compressed.
                while (verifier._tar.Read() is not null)
                {
                }

                tar.Drain();
            }
        }
        catch (EstargzException e)
        {
            readable = false;
            verifier.Find(e.Message);
        }

        digested.Drain();
        return new LayerReport
        {
            Digest = digested.Finish(),
            Size = blob.Length,
            DiffId = readable ? tar.Finish() : null,
            UncompressedSize = tar.Count,
            Index = index is { ZstdChunked: { } zstd } && members is ZstdFramesStream frames
                ? index with { ZstdChunked = zstd with { TarSplitPosition = FrameChecks.TarSplitPosition(frames, index) ?? "" } }
                : index,
            Chunks = verifier._chunks,
            Findings = broken is null ? verifier._findings : [broken, .. verifier._findings],
        };
    }

    private void Check(LayerReader index, long size)
    {
        bool found = false;
        while (!found && _tar.Read() is { } entry)
        {
            if (entry.Name == Toc.EntryName && !IsZstd)
            {
                found = true;
                CheckThat(_next == _toc.Count, $"The table of contents stands in the tar before '{At(_next)}'.");
                CheckThat(_members.Members.GetValueOrDefault(index.TocOffset, -1) == _tar.HeaderOffset, "The footer does not point to the header of the table of contents.");
                CheckThat(_tar.Read() is null, "An entry follows the table of contents in the tar.");
            }
            else if (_next == _toc.Count)
            {
                Find($"'{entry.Name}' is in the tar and not in the table of contents.");
            }
            else
            {
                CheckEntry(entry);
            }
        }

        CheckThat(found || IsZstd, "The tar ends before its table of contents.");
        CheckThat(_next == _toc.Count, $"'{At(_next)}' is in the table of contents and not in the tar.");
        CheckThat(_landmarks == 1 || (IsZstd && _landmarks == 0), $"There are {_landmarks} landmarks; one tells a lazy client what to prefetch.");
        CheckThat(index.TocOffset < size, "The footer points outside of the blob.");
    }

    /// <summary>After the TOC only zeros are left, and no member but the footer.</summary>
    private void CheckRest(Stream tar, LayerReader index, long size)
    {
        bool zero = true;
        for (int count; (count = tar.Read(_buffer)) > 0;)
        {
            zero &= !_buffer.AsSpan(0, count).ContainsAnyExcept((byte)0);
        }

        CheckThat(zero, "Bytes that belong to no entry follow the end of the tar.");
        CheckThat(IsZstd || _members.Members.Keys.Count(o => o > index.TocOffset) == 1, "More than the footer follows the table of contents.");
        CheckThat(_members.MemberOffset == size - index.FooterSize, "The footer is not a member of its own.");
        foreach (var finding in _members is ZstdFramesStream frames ? _frames.Compare(frames, index) : [])
        {
            Find(finding);
        }
    }

    private void CheckEntry(Entry entry)
    {
        var first = _toc[_next++];
        if (first.Name != entry.Name)
        {
            Find($"The table of contents has '{first.Name}' where the tar has '{entry.Name}'.");
            return;
        }

        CheckThat(_paths.Add(entry.Path), $"'{entry.Name}' is there twice.");
        CheckThat(!_tar.IsSparse, $"'{entry.Name}' is a sparse file, whose chunks no lazy client can find.");
        CheckField(entry, "type", first.Type, entry.Type.ToToc());
        CheckField(entry, "mode", first.Mode ?? 0, entry.Mode);
        CheckField(entry, "uid", first.UserId ?? 0, entry.UserId);
        CheckField(entry, "gid", first.GroupId ?? 0, entry.GroupId);
        var times = IsZstd ? _tar.Times : new HeaderTimes(TocWriter.FormatTime(entry.ModifiedSeconds), first.Accessed, first.Changed);
        CheckField(entry, "modtime", first.Modified ?? HeaderTimes.Zero, times.Modified ?? HeaderTimes.Zero);
        CheckField(entry, "accesstime", first.Accessed ?? HeaderTimes.Zero, times.Accessed ?? HeaderTimes.Zero);
        CheckField(entry, "changetime", first.Changed ?? HeaderTimes.Zero, times.Changed ?? HeaderTimes.Zero);
        CheckField(entry, "size", first.Size, entry.Size);
        CheckField(entry, "devMajor", first.DeviceMajor, entry.DeviceMajor);
        CheckField(entry, "devMinor", first.DeviceMinor, entry.DeviceMinor);
        CheckField(entry, "userName", Name('u', first.UserId, first.UserName, entry.UserName), entry.UserName);
        CheckField(entry, "groupName", Name('g', first.GroupId, first.GroupName, entry.GroupName), entry.GroupName);
        CheckField(entry, "linkName", first.LinkName ?? "", entry.Type is EntryType.Symlink or EntryType.HardLink ? entry.LinkName : "");
        CheckThat(
            entry.Type != EntryType.HardLink || _paths.Contains(Entry.CleanPath(entry.LinkName)),
            $"'{entry.Name}' is a hard link to '{entry.LinkName}', which does not stand before it.");
        CheckThat(
            entry.Size > 0 || first is { Offset: 0, InnerOffset: 0, ChunkOffset: 0, ChunkSize: 0, ChunkDigest: null },
            $"'{entry.Name}' has no content in the tar and a chunk in the table of contents.");
        CheckThat(
            entry.Xattrs.Count == (first.Xattrs?.Count ?? 0)
            && entry.Xattrs.All(x => first.Xattrs!.TryGetValue(x.Key, out var value) && x.Value.AsSpan().SequenceEqual(value)),
            $"'{entry.Name}' has other extended attributes in the table of contents than in the tar.");
        if (entry.Type != EntryType.File)
        {
            CheckField(entry, "digest", first.Digest, null);
        }
        else if (!_tar.IsSparse)
        {
            CheckContent(entry, first);
        }
    }

    private void CheckContent(Entry entry, TocEntry first)
    {
        using var file = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long offset = 0;
        byte lastByte = 0;
        while (offset < entry.Size)
        {
            var chunk = offset == 0 ? first : _next < _toc.Count && _toc[_next].IsChunk ? _toc[_next++] : new TocEntry();
            long length = chunk.ChunkSize == 0 ? entry.Size - offset : chunk.ChunkSize;
            if (chunk.Type.Length == 0 || chunk.ChunkOffset != offset || length <= 0 || length > entry.Size - offset)
            {
                Find($"'{entry.Name}' has no valid chunk at byte {offset}.");
                break;
            }

            CheckField(entry, "name", chunk.Name, entry.Name);
            CheckThat(_offsets.Add((chunk.Offset, chunk.InnerOffset)), $"'{entry.Name}' shares its offset {chunk.Offset} with another chunk.");
            lastByte = CheckChunk(entry, chunk, offset, length, file);
            offset += length;
            _chunks++;
        }

        for (; _next < _toc.Count && _toc[_next].IsChunk; _next++)
        {
            Find($"'{entry.Name}' has more chunks than content.");
        }

        if (offset == entry.Size)
        {
            // containers/storage gives no digest of empty files.
            var digest = Digest.OfHash(file.GetHashAndReset()).ToString();
            CheckField(entry, "digest", entry.Size == 0 && IsZstd ? first.Digest ?? digest : first.Digest, digest);
            _frames.Expect(entry.Name, first.EndOffset, _tar.ContentOffset + entry.Size);
        }

        if (entry.Name is Landmark.Prefetch or Landmark.NoPrefetch)
        {
            _landmarks++;
            CheckThat(entry.Size == 1 && lastByte == 0x0f, $"The landmark '{entry.Name}' does not hold the one byte 0x0f.");
        }
    }

    private byte CheckChunk(Entry entry, TocEntry chunk, long chunkOffset, long length, IncrementalHash file)
    {
        long tarOffset = _tar.ContentOffset + chunkOffset;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte last = 0;
        for (long rest = length; rest > 0;)
        {
            var piece = _buffer.AsSpan(0, (int)Math.Min(rest, _buffer.Length));
            _tar.ReadContent(piece);
            hash.AppendData(piece);
            file.AppendData(piece);
            last = piece[^1];
            rest -= piece.Length;
        }

        var digest = Digest.OfHash(hash.GetHashAndReset());
        if (!_members.Members.TryGetValue(chunk.Offset, out long start))
        {
            _copies.Expect(entry.Name, chunkOffset, chunk, length, digest);
        }
        else
        {
            CheckThat(
                start + chunk.InnerOffset == tarOffset,
                $"'{entry.Name}': no gzip member with the chunk at byte {chunkOffset} begins at offset {chunk.Offset}.");
        }

        // Nor a second one of a file that is one chunk.
        CheckField(entry, "chunkDigest", IsZstd && length == entry.Size ? chunk.ChunkDigest ?? digest.ToString() : chunk.ChunkDigest, digest.ToString());
        return last;
    }

    /// <summary>A name that is left out in the TOC is the last one given for the number.</summary>
    private string Name(char kind, long? id, string? toc, string tar)
    {
        if (toc is { Length: > 0 })
        {
            _names[(kind, id ?? 0)] = toc;
        }

        return tar.Length == 0 && toc is null ? "" : _names.GetValueOrDefault((kind, id ?? 0), "");
    }

    private bool IsZstd => _members is ZstdFramesStream;

    private string At(int entry) => entry < _toc.Count ? _toc[entry].Name : "";

    private void CheckField<T>(Entry entry, string field, T toc, T tar)
    {
        if (!EqualityComparer<T>.Default.Equals(toc, tar))
        {
            Find($"'{entry.Name}': {field} is '{toc}' in the table of contents and '{tar}' in the tar.");
        }
    }

    private void CheckThat(bool condition, string finding)
    {
        if (!condition)
        {
            Find(finding);
        }
    }

    private void Find(string finding)
    {
        if (_findings.Count < LayerReport.MaxFindings)
        {
            _findings.Add(finding);
        }
    }
}
