using System.Net;

namespace Estargz.Registries;

/// <summary>A part of a blob as the body of a request: streamed, of known length, opened anew for each request.</summary>
internal sealed class BlobContent(Func<Stream> open, long offset, long length, IdleWatch watch) : HttpContent
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Whether the answer to this body says that the registry keeps the blob.</summary>
    public bool IsLast { get; init; }

    protected override bool TryComputeLength(out long size)
    {
        size = length;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        using var source = open();
        var buffer = new byte[(int)Math.Min(BufferSize, Math.Max(length, 1))];
        long skip = offset;
        if (source.CanSeek)
        {
            source.Position = offset;
            skip = 0;
        }

        for (long left = skip + length; left > 0;)
        {
            int read = Read(source, buffer.AsSpan(0, (int)Math.Min(buffer.Length, skip > 0 ? skip : left)));
            if (skip > 0)
            {
                skip -= read;
            }
            else
            {
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                watch.Moved();
            }

            left -= read;
        }

        if (IsLast)
        {
            watch.AwaitCommit();
        }
    }

    /// <summary>A file that fails is not a connection that fails: no retry can mend it.</summary>
    private int Read(Stream source, Span<byte> buffer)
    {
        int read;
        try
        {
            read = source.Read(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EstargzException(DiagnosticCode.FileUnreadable, "The file of a blob cannot be read while it is uploaded. Check the disk and publish again.", e);
        }

        return read > 0 ? read : throw new EstargzException(
            DiagnosticCode.FileUnreadable, $"The file of a blob ends before its {offset + length} bytes: it changed while it was uploaded. Publish again.");
    }
}
