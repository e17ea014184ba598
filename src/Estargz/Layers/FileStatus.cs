using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Estargz.Layers;

/// <summary>What a file is, from statx(2) of Linux, whose layout is the same everywhere.</summary>
/// <param name="Mode">Its type, and who may do what with it, see inode(7).</param>
/// <param name="Size">In bytes.</param>
/// <param name="Created">When it came into being, in UTC; null where the file system does not keep that.</param>
/// <param name="Changed">When anything of it last changed, in nanoseconds since 1970-01-01 UTC: nobody can set that back.</param>
/// <param name="Modified">When its content last changed, by what its owner says, in nanoseconds since 1970-01-01 UTC.</param>
/// <param name="Device">What it is on.</param>
/// <param name="Number">Which one it is there.</param>
public readonly partial record struct FileStatus(int Mode, long Size, DateTime? Created, long Changed, long Modified, ulong Device, ulong Number)
{
    private const int Type = 0xf000;
    private const int Folder = 0x4000;
    private const int Regular = 0x8000;
    private const int Link = 0xa000;
    private const int UserExecute = 0x40;

    private const int CurrentFolder = -100; // AT_FDCWD
    private const int LinkItself = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint Wanted = 0xfff; // STATX_BASIC_STATS | STATX_BTIME
    private const uint HasBirth = 0x800; // STATX_BTIME

    /// <summary>Whether it is no folder, socket, pipe or device.</summary>
    public bool IsRegular => (Mode & Type) == Regular;

    /// <summary>Whether it is a folder.</summary>
    public bool IsFolder => (Mode & Type) == Folder;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsLink => (Mode & Type) == Link;

    /// <summary>Whether its owner may execute it.</summary>
    public bool IsExecutable => (Mode & UserExecute) != 0;

    /// <summary>Device, number, size and times of content and status: another file, or another content, has others.</summary>
    public string Identity => FormattableString.Invariant($"{Device:x} {Number} {Size} {Changed} {Modified}");

    /// <summary>What is at a path; null if there is nothing, or it may not be seen, or this is not Linux.</summary>
    /// <param name="path">The path.</param>
    /// <param name="follow">Whether a symbolic link is what it leads to.</param>
    public static unsafe FileStatus? Of(string path, bool follow = true)
    {
        // 0: mask, 28: mode, 32: number, 40: size, 136: device. Seconds (8 bytes) and nanoseconds (4) of 80: birth, 96: the
        // last change of anything, 112: that of the content.
        Span<byte> result = stackalloc byte[256];
        result.Clear();
        try
        {
            fixed (byte* start = result)
            {
                if (!OperatingSystem.IsLinux() || Statx(CurrentFolder, path, follow ? 0 : LinkItself, Wanted, start) != 0)
                {
                    return null;
                }
            }
        }
        catch (EntryPointNotFoundException)
        {
            // glibc has it since 2.28, musl since 1.2.5.
            return null;
        }

        bool hasBirth = (BinaryPrimitives.ReadUInt32LittleEndian(result) & HasBirth) != 0;
        return new FileStatus(
            BinaryPrimitives.ReadUInt16LittleEndian(result[28..]),
            BinaryPrimitives.ReadInt64LittleEndian(result[40..]),
            hasBirth ? DateTime.UnixEpoch.AddTicks(Nanoseconds(result[80..]) / 100) : null,
            Nanoseconds(result[96..]),
            Nanoseconds(result[112..]),
            BinaryPrimitives.ReadUInt64LittleEndian(result[136..]),
            BinaryPrimitives.ReadUInt64LittleEndian(result[32..]));
    }

    private static long Nanoseconds(ReadOnlySpan<byte> time) =>
        (BinaryPrimitives.ReadInt64LittleEndian(time) * 1_000_000_000) + BinaryPrimitives.ReadUInt32LittleEndian(time[8..]);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int folder, string path, int flags, uint mask, byte* result);
}
