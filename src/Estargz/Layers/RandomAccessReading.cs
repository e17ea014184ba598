using Microsoft.Win32.SafeHandles;

namespace Estargz.Layers;

/// <summary>Reading a whole range of a file, wherever other threads read.</summary>
internal static class RandomAccessReading
{
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
