using Microsoft.Win32.SafeHandles;

namespace Estargz.Layers;

/// <summary>Reading a file wherever other threads read it.</summary>
internal static class RandomAccessReading
{
    /// <summary>The file from its start, for one reader at a time that closes what it gets; the file stays open.</summary>
    public static Stream OpenRead(this SafeFileHandle handle) =>
        new FileStream(new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false), FileAccess.Read) { Position = 0 };

    /// <exception cref="EndOfStreamException">The file ends before the range does.</exception>
    public static void ReadExactly(this SafeFileHandle handle, long offset, Span<byte> buffer, string path)
    {
        while (buffer.Length > 0)
        {
            int read = RandomAccess.Read(handle, buffer, offset);
            if (read == 0)
            {
                throw new EndOfStreamException($"'{path}' ends at byte {offset}.");
            }

            buffer = buffer[read..];
            offset += read;
        }
    }
}
