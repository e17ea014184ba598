using System.Text;

namespace Estargz.Recording.Tests;

public sealed class AppOutputTests
{
    [Fact]
    public async Task Lines_come_without_their_ends_and_the_last_one_needs_none() =>
        Assert.Equal(["one", "", "two", "three"], await LinesAsync("one\r\n\ntwo\nthree"));

    [Fact]
    public async Task A_line_without_end_comes_in_pieces()
    {
        var lines = await LinesAsync(new string('x', 150_000));

        Assert.Equal([65_536, 65_536, 150_000 - (2 * 65_536)], lines.Select(line => line.Length));
    }

    [Fact]
    public async Task The_first_that_is_found_counts()
    {
        var output = new AppOutput(null);
        var found = output.WhenFound(line => line.Contains('b', StringComparison.Ordinal) ? line : null);
        var never = output.WhenFound(string? (_) => null);

        await output.ReadAsync(Reader("a\nxb1\nb2\n"));

        Assert.Equal("xb1", await found);
        Assert.False(never.IsCompleted);
    }

    private static async Task<List<string>> LinesAsync(string text)
    {
        var lines = new List<string>();
        await new AppOutput(lines.Add).ReadAsync(Reader(text));
        return lines;
    }

    private static StreamReader Reader(string text) => new(new MemoryStream(Encoding.UTF8.GetBytes(text)));
}
