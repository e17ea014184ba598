using CsCheck;

namespace Estargz.Recording.Tests;

public sealed class TouchedPagesTests
{
    private static readonly Gen<int[]> Numbers = Gen.Int[0, 300].Array[0, 200];

    [Fact]
    public void Neighbours_are_one_range() => Assert.Equal("0-3,120,122-123", TouchedPages.Of([122, 3, 1, 0, 2, 120, 123, 1]).ToString());

    [Fact]
    public void Nothing_is_empty() => Assert.True(TouchedPages.Of([]).IsEmpty);

    [Fact]
    public void The_numbers_come_back() => Numbers.Sample(numbers =>
        Assert.Equal(numbers.Distinct().Order(), TouchedPages.Of(numbers).Numbers.AsEnumerable()));

    [Fact]
    public void A_union_has_the_pages_of_both() => Gen.Select(Numbers, Numbers).Sample((a, b) =>
        Assert.Equal(TouchedPages.Of([.. a, .. b]), TouchedPages.Of(a).Union(TouchedPages.Of(b))));
}
