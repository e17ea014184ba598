using System.Globalization;
using System.Runtime.InteropServices;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Benchmarks;

/// <summary>Where and when something was measured.</summary>
public static class Machine
{
    /// <summary>One line: date, processor, operating system, versions.</summary>
    public static async Task<string> DescribeAsync()
    {
        var sdk = (await Dotnet.RunAsync(["--version"])).Succeeded().Output.Trim();
        var processor = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        var system = File.ReadLines("/etc/os-release").First(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal)).Split('"')[1];
        var packages = await Command.RunAsync("dpkg-query", [
            "--show", "--showformat", "${Package} ${Version}, ", "golang-go", "golang-github-containerd-stargz-snapshotter-dev", "docker-registry", "gzip", "pigz"]);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:yyyy-MM-dd}; {Environment.ProcessorCount} cores of {processor ?? RuntimeInformation.ProcessArchitecture.ToString()}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB; {system}; .NET SDK {sdk}, runtime {Environment.Version}; {packages.Output.TrimEnd(' ', ',')}.");
    }
}
