using System.Text;
using System.Text.RegularExpressions;

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
    public async Task The_first_line_that_matches_is_found()
    {
        var output = new AppOutput(null);
        var found = output.WhenMatches(new Regex("b."));
        var never = output.WhenMatches(new Regex("never"));

        await output.ReadAsync(Reader("a\nxb1\nb2\n"));

        Assert.Equal("b1", (await found).Value);
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
