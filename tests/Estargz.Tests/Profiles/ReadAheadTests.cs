using Estargz.Profiles;

namespace Estargz.Tests.Profiles;

public class ReadAheadTests
{
    private const long Mega = 1 << 20;

    [Theory]
    [InlineData("0", 1, 1, 1, 1)]
    [InlineData(null, 1, 1, 1, 1)]
    [InlineData("0", 8, 2, 1, 2 * Mega)]
    [InlineData("0", 16, 8, 1, 2 * Mega)]
    [InlineData("0", 16, 16, 2, 4 * Mega)]
    [InlineData("0,4095", 16, 8, 2, 4 * Mega)]
    [InlineData("2047", 16, 8, 1, 2 * Mega)]
    [InlineData(null, 16, 8, 4, 8 * Mega)]
    [InlineData("0,1024", 16, 4, 1, 2 * Mega)]
    [InlineData("999999", 16, 8, 0, 0)]
    public void Windows_of_2_MiB_from_the_chunks_that_are_touched(string? pages, long megabytes, long compressed, int requests, long bytes)
    {
        TouchedPages? touched = null;
        Assert.True(pages is null || TouchedPages.TryParse(pages, out touched));
        long size = megabytes == 1 ? 1 : megabytes * Mega;
        Assert.Equal(new ReadAhead(bytes, requests), ReadAhead.Of(touched, size, compressed == 1 ? 1 : compressed * Mega, 4 * Mega));
    }

    [Fact]
    public void Nothing_of_an_empty_file() => Assert.Equal(default, ReadAhead.Of(null, 0, 0, 4 * Mega));

    /// <summary>
    /// libicudata.so.72.1 under a web app was measured: 8.2 MB in 4 MiB chunks and 7.4 MB in 256 KiB chunks, of 12.8 MB. Even compression
    /// is an assumption, so this is near, not equal.
    /// </summary>
    [Theory]
    [InlineData(4 << 20, 8.2e6)]
    [InlineData(256 << 10, 7.4e6)]
    public void The_data_of_ICU_is_fetched_as_measured(long chunkSize, double measured)
    {
        Assert.True(TouchedPages.TryParse("0-35,1436-1467,1565-1596,5547-5578,5606-5637,6718-6749,7616-7632", out var pages));
        var bytes = ReadAhead.Of(pages, 31_261_696, 12_872_120, chunkSize).Bytes;
        Assert.InRange(bytes, measured * 0.75, measured * 1.25);
    }

    [Theory]
    [InlineData("0", 2 * Mega, 1)]
    [InlineData("0,2048", 4 * Mega, 2)]
    [InlineData("4090", 6 * 2048, 1)]
    [InlineData("0-2047", 4 * Mega, 2)]
    [InlineData("512,700", 2 * Mega, 1)]
    [InlineData("512,1535", (2 * Mega) + 0, 1)]
    [InlineData("512,1536", 4 * Mega, 2)]
    public void Of_a_file_that_is_cut_windows_begin_where_pages_are_read(string pages, long bytes, int requests)
    {
        Assert.True(TouchedPages.TryParse(pages, out var touched));
        Assert.Equal(new ReadAhead(bytes, requests), ReadAhead.OfCut(touched!, 16 * Mega, 8 * Mega));
    }
}
