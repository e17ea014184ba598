using CsCheck;
using Estargz.Profiles;

namespace Estargz.Tests.Profiles;

public class TouchedPagesTests
{
    private static readonly Gen<TouchedPages> Pages = Gen.Select(Gen.Int[0, 300], Gen.Int[0, 20])
        .Select((first, more) => new PageRange(first, first + more))
        .List[1, 20].Select(ranges => TouchedPages.Of(ranges)!);

    [Theory]
    [InlineData("0", "0", 1)]
    [InlineData("0-3,120", "0-3,120", 5)]
    [InlineData("120,0-3", "0-3,120", 5)]
    [InlineData("5-9,0-4,7", "0-9", 10)]
    [InlineData("7,7", "7", 1)]
    [InlineData("122,3,1,0,2,120,123,1", "0-3,120,122-123", 7)]
    [InlineData("0-2147483647", "0-2147483647", 1L << 31)]
    public void Ranges_are_joined(string text, string joined, long count)
    {
        Assert.True(TouchedPages.TryParse(text, out var pages));
        Assert.Equal(joined, pages!.ToString());
        Assert.Equal(count, pages.Count);
    }

    [Theory]
    [InlineData("5", 100, "0-6")]
    [InlineData("5,9", 100, "0-10")]
    [InlineData("5,10", 100, "0-11")]
    [InlineData("5,11", 100, "0-6,10-12")]
    [InlineData("50", 100, "0-1,49-51")]
    [InlineData("98", 100, "0-1,97-99")]
    [InlineData("99,2147483647", 100, "0-1,98-99")]
    [InlineData("100", 100, "0-1")]
    [InlineData("0-2147483647", 100, "0-99")]
    [InlineData("7", 1, "0")]
    public void Widening_adds_what_is_around_and_small_gaps(string text, int filePages, string expected)
    {
        Assert.True(TouchedPages.TryParse(text, out var pages));
        Assert.Equal(expected, pages!.Widen(margin: 1, gap: 2, ((long)filePages * TouchedPages.PageSize) - 1).ToString());
    }

    [Theory]
    [InlineData("0", 10, 10)]
    [InlineData("0-2", 10_000, 10_000)]
    [InlineData("0,2", 10_000, 4096 + 1808)]
    [InlineData("1,9", 10_000, 4096)]
    public void Bytes_end_with_the_file(string text, long size, long expected)
    {
        Assert.True(TouchedPages.TryParse(text, out var pages));
        Assert.Equal(expected, pages!.BytesOf(size));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",")]
    [InlineData("1,")]
    [InlineData("-1")]
    [InlineData("3-1")]
    [InlineData("1-")]
    [InlineData("1-2-3")]
    [InlineData(" 1")]
    [InlineData("+1")]
    [InlineData("1.0")]
    [InlineData("2147483648")]
    [InlineData("x")]
    public void Anything_else_is_refused(string text) => Assert.False(TouchedPages.TryParse(text, out _));

    [Fact]
    public void The_number_of_ranges_is_limited()
    {
        var most = string.Join(',', Enumerable.Range(0, TouchedPages.MaxRanges).Select(i => 2 * i));
        Assert.True(TouchedPages.TryParse(most, out var pages));
        Assert.Equal(TouchedPages.MaxRanges, pages!.Ranges.Length);
        Assert.False(TouchedPages.TryParse(most + ",999999", out _));
    }

    [Fact]
    public void What_is_written_reads_as_the_same() => Pages.Sample(pages =>
        TouchedPages.TryParse(pages.ToString(), out var read) && read!.Equals(pages) && read.GetHashCode() == pages.GetHashCode());

    [Fact]
    public void A_union_has_the_pages_of_both() => Gen.Select(Pages, Pages).Sample((one, other) =>
        Numbers(TouchedPages.Union(one, other)!).SequenceEqual(Numbers(one).Union(Numbers(other)).Order()));

    [Fact]
    public void What_is_known_of_one_counts_alone()
    {
        var pages = TouchedPages.Of([new PageRange(1, 2)]);
        Assert.Same(pages, TouchedPages.Union(pages, null));
        Assert.Same(pages, TouchedPages.Union(null, pages));
        Assert.Null(TouchedPages.Of([]));
    }

    [Fact]
    public void Pieces_are_those_with_a_touched_page_inside_the_file() => Gen.Select(Pages, Gen.Int[1, 20], Gen.Int[1, 1_200_000]).Sample((pages, pagesInPiece, size) =>
        pages.Pieces((long)pagesInPiece * TouchedPages.PageSize, size).SequenceEqual(
            Numbers(pages).Where(page => page * TouchedPages.PageSize < size).Select(page => page / pagesInPiece).Distinct()));

    private static IEnumerable<long> Numbers(TouchedPages pages) =>
        pages.Ranges.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).Select(page => (long)page);

    [Theory]
    [InlineData("5", 1, "5")]
    [InlineData("0-3,10-12,20", 13, "0-12,20")]
    [InlineData("0-3,10-12,20", 12, "0-3,10-20")]
    [InlineData("0-3,10-12,20", 1, "0-3,10-12,20")]
    [InlineData("0-3,10-12,20", int.MaxValue, "0-20")]
    [InlineData("0-99,101", 50, "0-99,101")]
    public void Ranges_are_joined_up_to_a_length(string pages, int maxPages, string joined)
    {
        Assert.True(TouchedPages.TryParse(pages, out var touched));
        Assert.Equal(joined, touched!.Join(maxPages).ToString());
    }
}
