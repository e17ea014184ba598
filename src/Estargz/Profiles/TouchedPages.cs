using System.Collections.Immutable;
using System.Globalization;

namespace Estargz.Profiles;

/// <summary>Which pages of 4 KiB of a file are read at start-up. Ranges are in order and never touch each other.</summary>
public sealed class TouchedPages : IEquatable<TouchedPages>
{
    /// <summary>The size of a page in bytes.</summary>
    public const int PageSize = 4096;

    /// <summary>How many ranges a profile may give for one file.</summary>
    public const int MaxRanges = 65_536;

    private TouchedPages(ImmutableArray<PageRange> ranges) => Ranges = ranges;

    /// <summary>The ranges; at least one.</summary>
    public ImmutableArray<PageRange> Ranges { get; }

    /// <summary>The number of pages.</summary>
    public long Count => Ranges.Sum(range => (long)range.Last - range.First + 1);

    /// <summary>Joins ranges, whatever their order.</summary>
    /// <returns>Null where there are none: nothing is known then.</returns>
    public static TouchedPages? Of(IEnumerable<PageRange> ranges)
    {
        var joined = ImmutableArray.CreateBuilder<PageRange>();
        foreach (var range in ranges.OrderBy(range => range.First))
        {
            if (joined.Count > 0 && range.First <= (long)joined[^1].Last + 1)
            {
                joined[^1] = joined[^1] with { Last = Math.Max(joined[^1].Last, range.Last) };
            }
            else
            {
                joined.Add(range);
            }
        }

        return joined.Count == 0 ? null : new TouchedPages(joined.DrainToImmutable());
    }

    /// <summary>Reads <c>0-3,120</c>: page numbers and ranges of them, both ends included, in any order.</summary>
    /// <returns>False for anything else, and for more than <see cref="MaxRanges"/>.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out TouchedPages? pages)
    {
        pages = null;
        if (text.Count(',') >= MaxRanges)
        {
            return false;
        }

        var ranges = new List<PageRange>();
        foreach (var part in text.Split(','))
        {
            var range = text[part];
            int dash = range.IndexOf('-');
            if (!TryParse(dash < 0 ? range : range[..dash], out int first)
                || !TryParse(dash < 0 ? range : range[(dash + 1)..], out int last)
                || last < first)
            {
                return false;
            }

            ranges.Add(new PageRange(first, last));
        }

        pages = Of(ranges);
        return true;
    }

    /// <summary>The pages of both. Where nothing is known of one, what is known of the other counts.</summary>
    public static TouchedPages? Union(TouchedPages? one, TouchedPages? other) =>
        one is null ? other : other is null ? one : Of(one.Ranges.Concat(other.Ranges));

    /// <summary>The numbers of the pieces of a file that hold a touched page, each once, in order.</summary>
    /// <param name="pieceSize">The size of a piece in bytes.</param>
    /// <param name="fileSize">The size of the file in bytes: pages behind its end belong to another version of it.</param>
    public IEnumerable<long> Pieces(long pieceSize, long fileSize)
    {
        long next = 0;
        foreach (var range in Ranges.TakeWhile(range => (long)range.First * PageSize < fileSize))
        {
            long end = Math.Min(((long)range.Last + 1) * PageSize, fileSize) - 1;
            for (long piece = Math.Max(next, (long)range.First * PageSize / pieceSize); piece <= end / pieceSize; piece++)
            {
                yield return piece;
                next = piece + 1;
            }
        }
    }

    /// <summary>These pages and those around them, as far as the file goes.</summary>
    /// <param name="margin">How many pages before and behind each range are added; that many of the file's first are in it anyway.</param>
    /// <param name="gap">Between two ranges that are so many pages apart, or fewer, those are added too.</param>
    /// <param name="fileSize">The size of the file in bytes; not 0.</param>
    public TouchedPages Widen(int margin, int gap, long fileSize)
    {
        int end = (int)Math.Min(int.MaxValue - gap, (fileSize - 1) / PageSize);
        var wide = Ranges.Where(range => range.First <= end).Prepend(new PageRange(0, 0))
            .Select(range => new PageRange(Math.Max(0, range.First - margin), (int)Math.Min(end, (long)range.Last + margin) + gap));
        return Of(Of(wide)!.Ranges.Select(range => range with { Last = range.Last - gap }))!;
    }

    /// <summary>Joins ranges, with all pages between them, where the result has at most so many pages.</summary>
    public TouchedPages Join(int maxPages)
    {
        var joined = ImmutableArray.CreateBuilder<PageRange>();
        foreach (var range in Ranges)
        {
            if (joined.Count > 0 && (long)range.Last - joined[^1].First < maxPages)
            {
                joined[^1] = joined[^1] with { Last = range.Last };
            }
            else
            {
                joined.Add(range);
            }
        }

        return new TouchedPages(joined.DrainToImmutable());
    }

    /// <summary>How many bytes of a file the pages have.</summary>
    /// <param name="fileSize">The size of the file in bytes.</param>
    public long BytesOf(long fileSize) =>
        Ranges.Sum(range => Math.Max(0, Math.Min(fileSize, ((long)range.Last + 1) * PageSize) - ((long)range.First * PageSize)));

    /// <inheritdoc/>
    public bool Equals(TouchedPages? other) => other is not null && Ranges.SequenceEqual(other.Ranges);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TouchedPages);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Ranges[0], Ranges[^1], Ranges.Length);

    /// <summary>As a profile has it: <c>0-3,120</c>.</summary>
    public override string ToString() => string.Join(',', Ranges);

    private static bool TryParse(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
