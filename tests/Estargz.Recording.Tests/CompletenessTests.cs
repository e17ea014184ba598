namespace Estargz.Recording.Tests;

/// <summary>The recorder against strace, which sees everything: at most 2 % of an app's and its framework's files may be missed.</summary>
[Trait("Category", "Real")]
[Collection("apps")]
public sealed class CompletenessTests(SampleApps apps)
{
    [StraceTheory]
    [InlineData("HelloConsole")]
    [InlineData("HelloWeb")]
    [InlineData("SelfContained")]
    [InlineData("Shop")]
    [InlineData("Worker")]
    public async Task Recording_misses_at_most_two_percent(string name)
    {
        var request = await apps.RequestAsync(name);
        var folder = RealPath.Of(await apps.FolderAsync(name))!;
        var before = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToHashSet();
        var recording = await Recorder.RecordAsync(request);
        var all = await StraceRun.FilesAsync(request, folder);
        var expected = all.Where(path => before.Contains(path) || (recording.DotnetRoot is { } root && path.StartsWith(root + "/", StringComparison.Ordinal))).ToList();
        var missed = expected.Except(recording.Files.Select(f => f.Path)).ToList();

        Assert.InRange(expected.Count, 10, int.MaxValue);
        Assert.True(missed.Count <= expected.Count * 0.02, $"{missed.Count} of {expected.Count}: {string.Join(", ", missed)}");
        Assert.Empty(recording.Warnings);
        Assert.Equal(HostPhase(expected), HostPhase(recording.Files.Select(f => f.Path).Where(expected.Contains)));
    }

    /// <summary>What is read before the first managed assembly: the host finds frameworks and runtime one file after the other.</summary>
    private static IEnumerable<string> HostPhase(IEnumerable<string> files) =>
        files.TakeWhile(f => Path.GetFileName(f) != "System.Private.CoreLib.dll");
}
