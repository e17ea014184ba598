namespace Estargz.Layers;

public sealed class CacheFolderTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private int _minutes;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_used_longest_ago_goes_first_and_whole()
    {
        Add("layers/base", 1000);
        Add("members/app", 1000);
        Add("layers/other", 1000);
        CacheFolder.Touch(_folder["layers/base.json"]);
        new CacheFolder(_folder.Path).Trim(2100);
        Assert.Equal(["layers/base.esgz", "layers/base.json", "layers/other.esgz", "layers/other.json"], Files());
        Assert.Equal((2, 0, 2004), new CacheFolder(_folder.Path).Count());
    }

    [Fact]
    public void Nothing_stays_where_nothing_may()
    {
        Add("layers/base", 10);
        Add("members/app", 10);
        new CacheFolder(_folder.Path).Trim(0);
        Assert.Empty(Files());
    }

    [Fact]
    public void What_nobody_completes_any_more_goes_after_a_day()
    {
        _folder.Write("tmp/old.part", "x"u8);
        _folder.Write("tmp/new.part", "x"u8);
        File.SetLastWriteTimeUtc(_folder["tmp/old.part"], DateTime.UtcNow.AddHours(-25));
        new CacheFolder(_folder.Path).Trim(CacheFolder.DefaultSize);
        Assert.Equal(["tmp/new.part"], Files());
    }

    [Fact]
    public void Clearing_says_how_much_that_was()
    {
        Add("layers/base", 10);
        Add("members/app", 20);
        _folder.Write("turns/base", default);
        Assert.Equal(34, new CacheFolder(_folder.Path).Clear());
        Assert.Equal(["turns/base"], Files());
    }

    [Fact]
    public void A_folder_that_is_not_there_is_empty()
    {
        var none = new CacheFolder(_folder["none"]);
        none.Trim(0);
        Assert.Equal((0, 0, 0), none.Count());
        Assert.Equal(0, none.Clear());
        Assert.False(Directory.Exists(_folder["none"]));
    }

    private void Add(string stem, int size)
    {
        foreach (var (suffix, content) in new[] { (".esgz", new byte[size]), (stem.StartsWith("layers", StringComparison.Ordinal) ? ".json" : ".idx", new byte[2]) })
        {
            File.SetLastWriteTimeUtc(_folder.Write(stem + suffix, content), DateTime.UtcNow.AddHours(-2).AddMinutes(_minutes));
        }

        _minutes++;
    }

    private string[] Files() =>
        [.. Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder.Path, f)).Order(StringComparer.Ordinal)];
}
