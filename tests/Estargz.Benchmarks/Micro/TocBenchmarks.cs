using BenchmarkDotNet.Attributes;
using Estargz.Layers;

namespace Estargz.Benchmarks;

/// <summary>The table of contents of a layer.</summary>
public class TocBenchmarks
{
    private SyntheticLayer _layer = new(0);
    private Toc _toc = new(Toc.CurrentVersion, []);
    private byte[] _json = [];

    /// <summary>The number of files.</summary>
    [Params(300, 20_000)]
    public int Files { get; set; }

    /// <summary>Makes a table.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        _layer = new SyntheticLayer(Files);
        _toc = Describe();
        _json = _toc.ToJson();
    }

    /// <summary>Collects its entries.</summary>
    [Benchmark]
    public Toc Describe() => TocWriter.Describe(_layer.Entries);

    /// <summary>Writes its JSON.</summary>
    [Benchmark]
    public byte[] Write() => _toc.ToJson();

    /// <summary>Reads its JSON.</summary>
    [Benchmark]
    public Toc Parse() => Toc.Parse(_json);
}
