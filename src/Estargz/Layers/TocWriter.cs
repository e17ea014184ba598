using System.Globalization;
using System.Runtime.InteropServices;
using Estargz.Images;

namespace Estargz.Layers;

/// <summary>Collects the TOC while the members of a layer are written.</summary>
internal sealed class TocWriter
{
    private readonly List<TocEntry> _entries = [];
    private readonly Dictionary<long, string> _userNames = [];
    private readonly Dictionary<long, string> _groupNames = [];
    private (long Seconds, string? Text) _lastTime = (long.MinValue, null);

    /// <summary>The TOC of everything added so far.</summary>
    public Toc Toc => new(Toc.CurrentVersion, _entries);

    /// <summary>A TOC that only tells what is in a layer, not where.</summary>
    public static Toc Describe(IEnumerable<Entry> entries)
    {
        var writer = new TocWriter();
        writer._entries.AddRange(entries.Select(e => writer.Describe(e, e.Size)));
        return writer.Toc;
    }

    /// <summary>Adds an entry without content.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="times">Its exact times, where the format has those.</param>
    public void Add(Entry entry, HeaderTimes? times) =>
        _entries.Add(Describe(entry, times: times, digest: entry.Type == EntryType.File ? Digest.OfBytes([]).ToString() : null));

    /// <summary>Adds the first chunk of a file; returns where the file's entry is.</summary>
    public int AddFile(Entry entry, long offset, long innerOffset, int length, Digest chunkDigest, HeaderTimes? times)
    {
        _entries.Add(Describe(entry, entry.Size, offset, innerOffset, length, chunkDigest.ToString(), length < entry.Size ? null : chunkDigest.ToString(), times));
        return _entries.Count - 1;
    }

    /// <summary>Adds a further chunk of a file.</summary>
    public void AddChunk(Entry entry, long chunkOffset, long offset, long innerOffset, int length, Digest chunkDigest) => _entries.Add(new TocEntry
    {
        Name = entry.Name,
        Type = "chunk",
        Offset = offset,
        InnerOffset = innerOffset,
        ChunkOffset = chunkOffset,
        ChunkSize = chunkOffset + length < entry.Size ? length : 0,
        ChunkDigest = chunkDigest.ToString(),
    });

    /// <summary>Sets the digest of a whole file, which is known when its last chunk is.</summary>
    public void SetDigest(int file, Digest digest) => _entries[file] = _entries[file] with { Digest = digest.ToString() };

    /// <summary>Sets where the content of a file ends, whose last chunk was just added.</summary>
    public void SetEnd(int file, long offset)
    {
        _entries[file] = _entries[file] with { EndOffset = offset };
        _entries[^1] = _entries[^1] with { EndOffset = offset };
    }

    /// <summary>Sets where the first chunk of a file is, when that is known last.</summary>
    public void SetOffset(int file, long offset) => _entries[file] = _entries[file] with { Offset = offset };

    /// <summary>In one go: a copy with more in it would be half of what a layer of tiny files leaves to collect.</summary>
    private TocEntry Describe(
        Entry entry, long size = 0, long offset = 0, long innerOffset = 0, int chunk = 0, string? chunkDigest = null, string? digest = null, HeaderTimes? times = null) =>
        new()
        {
            Size = size,
            Offset = offset,
            InnerOffset = innerOffset,
            ChunkSize = chunk < size ? chunk : 0,
            ChunkDigest = chunkDigest,
            Digest = digest,
            Name = entry.Name,
            Type = entry.Type.ToToc(),
            Modified = TimeOf(entry, times),
            Accessed = times?.Accessed,
            Changed = times?.Changed,
            LinkName = entry.LinkName.Length > 0 && entry.Type is EntryType.Symlink or EntryType.HardLink ? entry.LinkName : null,
            Mode = entry.Mode,
            UserId = entry.UserId,
            GroupId = entry.GroupId,
            UserName = IfChanged(_userNames, entry.UserId, entry.UserName),
            GroupName = IfChanged(_groupNames, entry.GroupId, entry.GroupName),
            DeviceMajor = entry.DeviceMajor,
            DeviceMinor = entry.DeviceMinor,
            Xattrs = entry.Xattrs.IsEmpty ? null : entry.Xattrs,
        };

    /// <summary>Readers fill in a name from the last one given for its number.</summary>
    private static string? IfChanged(Dictionary<long, string> names, long id, string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(names, id, out _);
        return last == name ? null : last = name;
    }

    /// <summary>
    /// Most entries of a layer have the time of the one before. Where there is none, clients take the year 1, which more than
    /// one program cannot bear: so the first second of 1970 is written, where the reference leaves it out.
    /// </summary>
    private string? TimeOf(Entry entry, HeaderTimes? times) => entry.ModifiedSeconds == 0 && Landmark.IsReserved(entry.Name) ? null :
        times is not null ? times.Modified :
        (_lastTime = _lastTime.Seconds == entry.ModifiedSeconds ? _lastTime : (entry.ModifiedSeconds, FormatTime(entry.ModifiedSeconds))).Text;

    /// <summary>RFC 3339 in UTC; nothing for what a calendar cannot hold.</summary>
    internal static string? FormatTime(long seconds) => seconds < MinSeconds || seconds > MaxSeconds
        ? null
        : DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static readonly long MinSeconds = DateTimeOffset.MinValue.ToUnixTimeSeconds();

    private static readonly long MaxSeconds = DateTimeOffset.MaxValue.ToUnixTimeSeconds();
}
