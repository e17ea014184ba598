using BenchmarkDotNet.Attributes;
using Estargz.Layers;

namespace Estargz.Benchmarks;

/// <summary>A layer of 2,000 files of 1,600 bytes, which are compressed in no time: what is left is everything else.</summary>
public class LayerBenchmarks : IDisposable
{
    private readonly SyntheticLayer _layer = new(2_000);
    private readonly MemoryStream _blob = new();
    private readonly MemoryStream _tar = new();
    private readonly LayerOptions _fast = LayerOptions.Default with { Compressor = Compressor.Zlib(1) };

    /// <summary>Makes blob and archive.</summary>
    [GlobalSetup]
    public async Task SetUpAsync()
    {
        await Write();
        _layer.WriteTar(_tar);
    }

    /// <summary>Orders, reads, digests, compresses and writes.</summary>
    [Benchmark]
    public Task<Layer> Write()
    {
        _blob.SetLength(0);
        return LayerWriter.WriteAsync(LayerOrder.Arrange(_layer.Entries, []), _fast, _blob, default);
    }

    /// <summary>Checks every byte of the blob.</summary>
    [Benchmark]
    public Task<LayerReport> Verify() => LayerVerifier.VerifyAsync(_blob, default);

    /// <summary>Reads the headers of the archive.</summary>
    [Benchmark]
    public int ReadTar()
    {
        _tar.Position = 0;
        var reader = new TarReader(_tar, (_, _) => ByteSource.Empty);
        int entries = 0;
        while (reader.Read() is not null)
        {
            entries++;
        }

        return entries;
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _blob.Dispose();
        _tar.Dispose();
        GC.SuppressFinalize(this);
    }
}
