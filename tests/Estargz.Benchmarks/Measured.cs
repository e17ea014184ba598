using System.Text.Json;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Benchmarks;

/// <summary>What one run of a program took, as the kernel counts it.</summary>
/// <param name="WallSeconds">From its start to its end.</param>
/// <param name="CpuSeconds">User and system time, of its descendants too.</param>
/// <param name="PeakBytes">The largest resident set of any one process.</param>
public sealed record Measured(double WallSeconds, double CpuSeconds, long PeakBytes)
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Its name, looked for in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Variables to set, or to remove with null.</param>
    /// <param name="folder">Its current folder.</param>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote.</exception>
    public static async Task<Measured> RunAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? folder = null)
    {
        using var scratch = new TemporaryFolder();
        var report = scratch["report.json"];
        (await Command.RunAsync(GoProgram.Path("measure"), [report, program, .. arguments], environment, folder)).Succeeded();
        return JsonSerializer.Deserialize<Measured>(await File.ReadAllBytesAsync(report), JsonSerializerOptions.Web)!;
    }
}
