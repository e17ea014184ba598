using BenchmarkDotNet.Attributes;
using Estargz.Deflate;
using Estargz.Layers;

namespace Estargz.Benchmarks;

/// <summary>One gzip member: what each file costs.</summary>
public class MemberBenchmarks
{
    private readonly GrowingBuffer _output = new();
    private byte[] _content = [];
    private Compressor _compressor = Compressor.Managed(CompressionLevels.Managed.Balanced);

    /// <summary>The compressor and its level.</summary>
    [Params("managed 1", "managed 3", "managed 6", "managed 9", "zlib 6", "zlib 9")]
    public string Compression { get; set; } = "";

    /// <summary>The size of the file in bytes.</summary>
    [Params(1_600, 1 << 20)]
    public int Size { get; set; }

    /// <summary>The start of an assembly of .NET.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        int level = Compression[^1] - '0';
        _compressor = Compression[0] == 'z' ? Compressor.Zlib(level) : Compressor.Managed(level);
        _content = File.ReadAllBytes(typeof(object).Assembly.Location)[..Size];
    }

    /// <summary>Header, deflate, checksum.</summary>
    [Benchmark]
    public int Compress()
    {
        _output.Clear();
        _compressor.WriteMember(_content, _content.Length, _output);
        return _output.Length;
    }
}
