using Estargz.Benchmarks;
using Estargz.Benchmarks.Layers;
using Estargz.Benchmarks.Publishes;

// What speed and memory are, measured; docs/performance.md says what the tables mean. Needs what tests/run.sh installs,
// and pigz. Nothing else should run on the machine.
//
//   dotnet run -c Release --project tests/Estargz.Benchmarks -- micro [BenchmarkDotNet's own arguments]
//   dotnet run -c Release --project tests/Estargz.Benchmarks -- layers [--runs 5] [--inputs aspnet,small,base,tiny]
//   dotnet run -c Release --project tests/Estargz.Benchmarks -- publishes [--runs 5] [--parts selfcontained,framework,memory,upload]
return args switch
{
    ["micro", .. var rest] => MicroBenchmarks.Run(rest),
    ["layers", .. var rest] => await LayerBenchmark.RunAsync(Options.Parse(rest, "--inputs", LayerInput.Names)),
    ["publishes", .. var rest] => await PublishBenchmark.RunAsync(Options.Parse(rest, "--parts", PublishBenchmark.Parts)),
    ["child", .. var rest] => await Child.RunAsync(rest),
    _ => throw new ArgumentException("Say what to measure: micro, layers or publishes."),
};
