namespace Estargz.Layers;

/// <summary>A file to publish. It is opened for each piece, so that 100,000 files need no 100,000 handles.</summary>
/// <param name="path">Where the file is.</param>
/// <param name="length">The size it had when it was listed, in bytes; its tar header promises exactly that.</param>
public sealed class FileSource(string path, long length) : ByteSource
{
    /// <inheritdoc/>
    public override long Length { get; } = length;

    /// <inheritdoc/>
    public override string? Stamp => FileStatus.Of(path) is { } status && status.Size == Length && IsSettled(status.Changed) ? status.Identity : null;

    /// <inheritdoc/>
    public override void Read(long offset, Span<byte> buffer)
    {
        try
        {
            if (buffer.IsEmpty)
            {
                // Not opened: it may be a pipe, which would wait for a writer.
                CheckLength(new FileInfo(path).Length);
                return;
            }

            if (LinuxFile.TryRead(path, offset, buffer) is { } size)
            {
                CheckLength(size);
                return;
            }

            using var handle = File.OpenHandle(path);
            CheckLength(RandomAccess.GetLength(handle));
            handle.ReadExactly(offset, buffer, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EstargzException(DiagnosticCode.FileUnreadable, $"'{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>
    /// Whether a later change would have another time: not if the file changed within the last tick of its file system's
    /// clock, which is 10 ms at most, or whole seconds where there is nothing finer.
    /// </summary>
    private static bool IsSettled(long changed)
    {
        double age = (DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds - (changed / 1e9);
        return age > (changed % 1_000_000_000 == 0 ? 3 : 0.1);
    }

    private void CheckLength(long length)
    {
        if (length != Length)
        {
            throw new EstargzException(
                DiagnosticCode.FileUnreadable,
                $"'{path}' changed while it was published: it had {Length} bytes and has {length}. Publish again when nothing writes to it.");
        }
    }
}
