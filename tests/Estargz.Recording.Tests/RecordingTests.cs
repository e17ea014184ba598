using Estargz.Profiles;

namespace Estargz.Recording.Tests;

public sealed class RecordingTests
{
    [Fact]
    public void Merged_files_are_in_the_order_of_their_first_appearance() => Assert.Equal(
        ["/b", "/a", "/d", "/c"],
        Recording.Merge(Sample("/b", "/a"), Sample("/a", "/d"), Sample("/c", "/b")).Files.Select(f => f.Path));

    [Fact]
    public void Merged_pages_are_those_of_all()
    {
        var merged = Recording.Merge(With(Pages(1, 2)), With(Pages(2, 7)));

        Assert.Equal("1-2,7", Assert.Single(merged.Files).Pages!.ToString());
    }

    [Fact]
    public void A_whole_file_stays_whole()
    {
        Assert.Null(Assert.Single(Recording.Merge(With(Pages(1)), With(null)).Files).Pages);
        Assert.Null(Assert.Single(Recording.Merge(With(null), With(Pages(1))).Files).Pages);
    }

    [Fact]
    public void Sources_and_warnings_are_those_of_all()
    {
        var merged = Recording.Merge(
            Sample("/a") with { Sources = ["maps", "strace"], Warnings = ["late"] },
            Sample("/a") with { Sources = ["eventpipe", "maps"], Warnings = ["late", "lost"] });

        Assert.Equal("eventpipe maps strace", string.Join(' ', merged.Sources));
        Assert.Equal("late lost", string.Join(' ', merged.Warnings));
    }

    [Fact]
    public void Nothing_cannot_be_merged() => Assert.Throws<ArgumentException>(() => Recording.Merge());

    internal static Recording Sample(params string[] paths) => new([.. paths.Select(p => new RecordedFile(p, null))]) { AppFolder = "/app" };

    private static TouchedPages? Pages(params int[] numbers) => TouchedPages.Of(numbers.Select(number => new PageRange(number, number)));

    private static Recording With(TouchedPages? pages) => new([new RecordedFile("/a", pages)]) { AppFolder = "/app" };
}
