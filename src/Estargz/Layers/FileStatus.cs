using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Estargz.Layers;

/// <summary>What a file is, from statx(2) of Linux, whose layout is the same everywhere.</summary>
/// <param name="IsRegular">Not a folder, socket, pipe or device.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Created">When it came into being, in UTC; null where the file system does not keep that.</param>
/// <param name="Changed">When anything of it last changed, in nanoseconds since 1970-01-01 UTC: nobody can set that back.</param>
/// <param name="Identity">Device, number, size and times of content and status: another file, or another content, has others.</param>
public readonly partial record struct FileStatus(bool IsRegular, long Size, DateTime? Created, long Changed, string Identity)
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint Wanted = 0xfff; // STATX_BASIC_STATS | STATX_BTIME
    private const uint HasBirth = 0x800; // STATX_BTIME

    /// <summary>Follows symbolic links; null if there is nothing, or it may not be seen, or this is not Linux.</summary>
    public static unsafe FileStatus? Of(string path)
    {
        // 0: mask, 28: mode, 32: number, 40: size, 136: device. Seconds (8 bytes) and nanoseconds (4) of 80: birth, 96: the
        // last change of anything, 112: that of the content.
        Span<byte> result = stackalloc byte[256];
        result.Clear();
        fixed (byte* start = result)
        {
            if (!OperatingSystem.IsLinux() || Statx(CurrentFolder, path, 0, Wanted, start) != 0)
            {
                return null;
            }
        }

        long size = BinaryPrimitives.ReadInt64LittleEndian(result[40..]);
        long changed = Nanoseconds(result[96..]);
        bool hasBirth = (BinaryPrimitives.ReadUInt32LittleEndian(result) & HasBirth) != 0;
        return new FileStatus(
            (BinaryPrimitives.ReadUInt16LittleEndian(result[28..]) & 0xf000) == 0x8000,
            size,
            hasBirth ? DateTime.UnixEpoch.AddTicks(Nanoseconds(result[80..]) / 100) : null,
            changed,
            FormattableString.Invariant($"{BinaryPrimitives.ReadUInt64LittleEndian(result[136..]):x} {BinaryPrimitives.ReadUInt64LittleEndian(result[32..])} {size} {changed} {Nanoseconds(result[112..])}"));
    }

    private static long Nanoseconds(ReadOnlySpan<byte> time) =>
        (BinaryPrimitives.ReadInt64LittleEndian(time) * 1_000_000_000) + BinaryPrimitives.ReadUInt32LittleEndian(time[8..]);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* result);
}
