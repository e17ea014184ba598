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
    /// <param name="options">More options: <c>-require-estargz</c>, <c>-files</c>.</param>
    public static Task<ReferenceReport> VerifyAsync(string reference, params string[] options) => RunAsync("http://" + reference, options);

    /// <summary>Verifies one blob.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What is expected of it: <c>-digest=…</c>, <c>-diff-id=…</c>, <c>-toc-digest=…</c>.</param>
    public static Task<ReferenceReport> VerifyBlobAsync(string path, params string[] options) => RunAsync(path, options);

    /// <summary>Makes an eStargz blob of a tar with the reference library (<c>tests/peers/build</c>).</summary>
    public static async Task BuildAsync(string tar, string blob, params string[] options) =>
        (await Command.RunAsync(GoProgram.Path("build"), [.. options, tar, blob])).Succeeded();

    private static async Task<ReferenceReport> RunAsync(string subject, string[] options)
    {
        var run = await Command.RunAsync(GoProgram.Path("reference"), [.. options, subject]);
        if (run.Output.Length == 0)
        {
            run.Succeeded();
        }

        var report = JsonSerializer.Deserialize<ReferenceReport>(run.Output, JsonSerializerOptions.Web)!;
        return report.Ok == (run.ExitCode == 0) ? report : throw new InvalidOperationException($"'{run.Line}' contradicts its exit code {run.ExitCode}: {run.Output}{run.Error}");
    }
}
