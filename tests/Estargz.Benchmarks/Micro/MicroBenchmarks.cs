using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Benchmarks;

/// <summary>The inner parts, one by one, with BenchmarkDotNet.</summary>
public static class MicroBenchmarks
{
    /// <summary>Runs what is asked for: <c>--filter '*Toc*'</c>.</summary>
    public static int Run(string[] arguments)
    {
        // In this process: projects that BenchmarkDotNet makes would have to be in the lock files.
        var config = DefaultConfig.Instance
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .WithArtifactsPath(SourceTree.Artifact("benchmarks", "micro"));
        string[] all = arguments.Length == 0 ? ["--filter", "*"] : arguments;
        return BenchmarkSwitcher.FromAssembly(typeof(MicroBenchmarks).Assembly).Run(all, config).Any() ? 0 : 1;
    }
}
