namespace Estargz.Registries;

/// <summary>What a program prints: its beginning is kept, and all of it read, or the program would wait for a reader.</summary>
/// <param name="stream">The pipe from the program.</param>
internal sealed class ProgramOutput(Stream stream)
{
    /// <summary>How much is kept, in bytes; one more where there is more.</summary>
    public const int Limit = 64 * 1024;

    private readonly byte[] _kept = new byte[Limit + 1];
    private int _length;

    /// <summary>What came so far.</summary>
    public ReadOnlyMemory<byte> Bytes => _kept.AsMemory(0, Volatile.Read(ref _length));

    /// <summary>Reads until that is enough, or to the end: that comes when no program has the pipe open any more.</summary>
    public async Task ReadAsync(Func<ReadOnlyMemory<byte>, bool> isEnough, CancellationToken ct)
    {
        var rest = new byte[4096];
        while (!isEnough(Bytes))
        {
            bool isKept = _length < _kept.Length;
            int read = await stream.ReadAsync(isKept ? _kept.AsMemory(_length) : rest, ct);
            if (read == 0)
            {
                return;
            }

            Volatile.Write(ref _length, isKept ? _length + read : _length);
        }
    }
}
