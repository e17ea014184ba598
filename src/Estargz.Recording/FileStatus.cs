using System.Buffers.Binary;

namespace Estargz.Recording;

/// <summary>What a file is, from statx(2), whose layout is the same everywhere.</summary>
/// <param name="IsRegular">Not a folder, socket, pipe or device.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Created">When it came into being, in UTC; null where the file system does not keep that.</param>
internal readonly record struct FileStatus(bool IsRegular, long Size, DateTime? Created)
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint Wanted = 0xfff; // STATX_BASIC_STATS | STATX_BTIME

    /// <summary>Follows symbolic links; null if there is nothing, or it may not be seen.</summary>
    public static unsafe FileStatus? Of(string path)
    {
        // 0: mask, 28: mode, 40: size, 80: time of birth as seconds (8 bytes) and nanoseconds (4).
        var result = new byte[256];
        fixed (byte* start = result)
        {
            if (LibC.Statx(CurrentFolder, path, 0, Wanted, start) != 0)
            {
                return null;
            }
        }

        bool hasBirth = (BinaryPrimitives.ReadUInt32LittleEndian(result) & 0x800) != 0;
        return new FileStatus(
            (BinaryPrimitives.ReadUInt16LittleEndian(result.AsSpan(28)) & 0xf000) == 0x8000,
            BinaryPrimitives.ReadInt64LittleEndian(result.AsSpan(40)),
            hasBirth ? DateTime.UnixEpoch.AddSeconds(BinaryPrimitives.ReadInt64LittleEndian(result.AsSpan(80)))
                .AddTicks(BinaryPrimitives.ReadUInt32LittleEndian(result.AsSpan(88)) / 100) : null);
    }
}
