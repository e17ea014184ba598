namespace Estargz.Layers;

/// <summary>A file to publish. It is opened for each piece, so that 100,000 files need no 100,000 handles.</summary>
/// <param name="path">Where the file is.</param>
/// <param name="length">The size it had when it was listed, in bytes; its tar header promises exactly that.</param>
public sealed class FileSource(string path, long length) : ByteSource
{
    /// <inheritdoc/>
    public override long Length { get; } = length;

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

            using var handle = File.OpenHandle(path);
            CheckLength(RandomAccess.GetLength(handle));
            handle.ReadExactly(offset, buffer, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EstargzException(DiagnosticCode.FileUnreadable, $"'{path}' cannot be read: {e.Message}", e);
        }
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
