using System.IO.Hashing;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;

namespace Estargz.Benchmarks;

/// <summary>What every byte passes: SHA-256 up to four times, CRC-32 once, and XXH3 where it goes into the cache.</summary>
public class DigestBenchmarks
{
    private readonly byte[] _content = new byte[4 << 20];

    /// <summary>A chunk's digest.</summary>
    [Benchmark]
    public byte[] Sha256() => SHA256.HashData(_content);

    /// <summary>A member's checksum in gzip.</summary>
    [Benchmark]
    public uint Crc() => Crc32.HashToUInt32(_content);

    /// <summary>A member's checksum in the cache.</summary>
    [Benchmark]
    public ulong Xxh3() => XxHash3.HashToUInt64(_content);
}
