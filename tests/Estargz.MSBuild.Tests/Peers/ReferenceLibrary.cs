using System.Text.Json;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// The judge: verifies images and blobs with the reference library and a tar reader, none of which is ours
/// (<c>tests/peers/reference</c>).
/// </summary>
public static class ReferenceLibrary
{
    /// <summary>Verifies an image in a registry, every manifest and layer of it.</summary>
    /// <param name="reference"><c>HOST/REPOSITORY:TAG</c>; spoken to over plain HTTP.</param>
    /// <param name="options">More options: <c>-require-estargz</c>, <c>-nested</c>, <c>-files</c>.</param>
    public static async Task<ReferenceReport> VerifyAsync(string reference, params string[] options) =>
        Assert.Single(await RunAsync(["http://" + reference], options));

    /// <summary>Verifies one blob.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What is expected of it: <c>-require-estargz</c>, <c>-digest=…</c>, <c>-diff-id=…</c>, <c>-toc-digest=…</c>.</param>
    public static async Task<ReferenceReport> VerifyBlobAsync(string path, params string[] options) =>
        Assert.Single(await RunAsync([path], options));

    /// <summary>Verifies many blobs; the reports have their order.</summary>
    public static Task<IReadOnlyList<ReferenceReport>> VerifyBlobsAsync(IEnumerable<string> paths, params string[] options) => RunAsync(paths, options);

    /// <summary>Makes an eStargz blob of a tar with the reference library (<c>tests/peers/build</c>).</summary>
    public static async Task BuildAsync(string tar, string blob, params string[] options) =>
        (await Command.RunAsync(GoProgram.Path("build"), [.. options, tar, blob])).Succeeded();

    private static async Task<IReadOnlyList<ReferenceReport>> RunAsync(IEnumerable<string> subjects, string[] options)
    {
        var run = await Command.RunAsync(GoProgram.Path("reference"), [.. options, .. subjects]);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        List<ReferenceReport> reports = [.. lines.Select(line => JsonSerializer.Deserialize<ReferenceReport>(line, JsonSerializerOptions.Web)!)];
        return reports.Count > 0 && reports.TrueForAll(report => report.Ok) == (run.ExitCode == 0)
            ? reports
            : throw new InvalidOperationException($"'{run.Line}' ended with exit code {run.ExitCode}.\n{run.Output}\n{run.Error}");
    }
}
