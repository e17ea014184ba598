using System.Globalization;
using Estargz.Benchmarks.Layers;
using Estargz.Images;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Benchmarks.Publishes;

/// <summary>How fast a layer goes to a registry on this machine.</summary>
public static class UploadThroughput
{
    /// <summary>Prints the table.</summary>
    /// <param name="registry">The registry.</param>
    /// <param name="runs">How many rounds.</param>
    public static async Task RunAsync(DockerRegistry registry, int runs)
    {
        var input = await LayerInput.All.Single(input => input.Name == "base").MakeAsync();
        using var scratch = new TemporaryFolder();
        var blob = scratch["layer"];
        await Child.MeasureAsync("tar", input.Tar, blob);
        var digest = Digest.OfHash(await System.Security.Cryptography.SHA256.HashDataAsync(new FileStream(blob, FileMode.Open))).ToString();
        double size = new FileInfo(blob).Length / 1e6;
        List<Measured> own = [], single = [];
        for (int run = 1; run <= runs; run++)
        {
            var repository = string.Create(CultureInfo.InvariantCulture, $"upload{run}");
            own.Add(await Child.MeasureAsync("push", registry.Host, repository + "/estargz", blob, digest));
            single.Add(await Measured.RunAsync("/bin/sh", ["-c", $$"""
                to=$(curl -sSf -X POST -D - -o /dev/null http://{{registry.Host}}/v2/{{repository}}/curl/blobs/uploads/ | sed -n 's/^[Ll]ocation: *//p' | tr -d '\r') &&
                  curl -sSf -T '{{blob}}' "$to&digest={{digest}}"
                """]));
            Console.Error.WriteLine($"upload, round {run}: {own[^1]}, {single[^1]}");
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            ### Upload of a blob of {size:0.0} MB

            | what | MB/s | CPU s |
            |---|---|---|
            | Estargz | {Rate(own)} | {Cpu(own)} |
            | one request of curl | {Rate(single)} | {Cpu(single)} |
            """));

        string Rate(IEnumerable<Measured> runs) => Statistics.Spread(runs.Select(run => size / run.WallSeconds), "0");

        static string Cpu(IEnumerable<Measured> runs) => Statistics.Spread(runs.Select(run => run.CpuSeconds));
    }
}
