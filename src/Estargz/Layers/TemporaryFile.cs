using Microsoft.Win32.SafeHandles;

namespace Estargz.Layers;

/// <summary>
/// A file that is gone when it is closed, however the process ends: on Unix it has no name from the start, on Windows
/// the system deletes it with its last handle.
/// </summary>
public sealed class TemporaryFile : IDisposable
{
    private TemporaryFile(string path, FileStream stream) => (Path, Stream, Handle) = (path, stream, stream.SafeFileHandle);

    /// <summary>The file's content, to write and to read.</summary>
    public FileStream Stream { get; }

    /// <summary>The name it was made with, for messages.</summary>
    public string Path { get; }

    /// <summary>The handle, to read from several threads. Asking the stream for it costs a system call each time.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Makes an empty file in a folder, which is made when it is not there.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.CacheUnusable"/>.</exception>
    public static TemporaryFile Create(string folder)
    {
        var path = System.IO.Path.Combine(folder, Guid.NewGuid().ToString("N") + ".tmp");
        try
        {
            Directory.CreateDirectory(folder);
            var stream = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Options = OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose | FileOptions.Asynchronous : FileOptions.None,
                BufferSize = 0,
            });
            if (!OperatingSystem.IsWindows())
            {
                File.Delete(path);
            }

            return new TemporaryFile(path, stream);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EstargzException(
                DiagnosticCode.CacheUnusable,
                $"No temporary file can be made in '{folder}': {e.Message} Set EstargzCachePath (for the tool: TMPDIR) to a folder that can be written.",
                e);
        }
    }

    /// <summary>A part of the content.</summary>
    /// <param name="offset">Where it begins, in bytes.</param>
    /// <param name="length">Its length in bytes.</param>
    public ByteSource Slice(long offset, long length) => new FileSlice(this, offset, length);

    /// <summary>The content from its start, for one reader that closes what it gets; the file stays.</summary>
    public Stream OpenRead() => Handle.OpenRead();

    /// <summary>Closes the file, and so deletes it.</summary>
    public void Dispose() => Stream.Dispose();

    private sealed class FileSlice(TemporaryFile file, long start, long length) : ByteSource
    {
        public override long Length => length;

        public override void Read(long offset, Span<byte> buffer)
        {
            try
            {
                file.Handle.ReadExactly(start + offset, buffer, file.Path);
            }
            catch (EndOfStreamException e)
            {
                throw new EstargzException(DiagnosticCode.TarInvalid, "The tar archive ends in the middle of a file.", e);
            }
            catch (IOException e)
            {
                throw new EstargzException(DiagnosticCode.CacheUnusable, $"'{file.Path}' cannot be read: {e.Message}", e);
            }
        }
    }
}
