using System.Runtime.InteropServices;

namespace Estargz.Layers;

/// <summary>
/// Reads files by the system calls that reading takes, and no more: .NET also asks what kind of file it is, locks and unlocks
/// it, which doubles what a file of a few bytes costs.
/// </summary>
internal static partial class LinuxFile
{
    private const int ReadOnly = 0x80000; // O_RDONLY | O_CLOEXEC, the same on all processors that .NET runs on
    private const int End = 2; // SEEK_END

    /// <summary>Reads a part of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="offset">The first byte.</param>
    /// <param name="buffer">Filled, if the file has so many bytes.</param>
    /// <returns>The file's size in bytes; null if this is not Linux, or it cannot be read so: .NET says why.</returns>
    public static long? TryRead(string path, long offset, Span<byte> buffer)
    {
        // Where a process has 32 bits, so have the offsets of these calls.
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess || Open(path, ReadOnly) is not (>= 0 and var file))
        {
            return null;
        }

        long size = Seek(file, 0, End);
        if (size >= offset + buffer.Length)
        {
            size = Fill(file, offset, buffer) ? size : -1;
        }

        _ = Close(file);
        return size < 0 ? null : size;
    }

    private static unsafe bool Fill(int file, long offset, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            for (int at = 0; at < buffer.Length;)
            {
                nint read = Read(file, start + at, buffer.Length - at, offset + at);
                if (read <= 0)
                {
                    return false;
                }

                at += (int)read;
            }
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "lseek")]
    private static partial long Seek(int file, long offset, int from);

    [LibraryImport("libc", EntryPoint = "pread")]
    private static unsafe partial nint Read(int file, byte* buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);
}
