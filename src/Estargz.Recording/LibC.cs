using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Estargz.Recording;

/// <summary>Calls of the C library that .NET does not offer; the same numbers on x64 and arm64, glibc and musl.</summary>
internal static unsafe partial class LibC
{
    public const int SignalTerm = 15;
    public const int SignalKill = 9;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int process, int signal);

    /// <param name="process">Whose limit.</param>
    /// <param name="resource">Which one.</param>
    /// <param name="change">Soft and hard limit, 8 bytes each; null: as they are.</param>
    /// <param name="previous">Gets what they were; may be null.</param>
    [LibraryImport("libc", EntryPoint = "prlimit")]
    public static partial int ProcessLimit(int process, int resource, ulong* change, ulong* previous);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Link(string file, string name);

    /// <summary>Does not follow symbolic links.</summary>
    [LibraryImport("libc", EntryPoint = "lchown", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "inotify_init1", SetLastError = true)]
    public static partial SafeFileHandle InotifyInit(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int InotifyAddWatch(SafeFileHandle inotify, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(SafeFileHandle file, byte* buffer, nuint size);

    /// <param name="file">A struct pollfd: descriptor (4 bytes), wanted events (2), events that happened (2).</param>
    /// <param name="count">How many of them.</param>
    /// <param name="timeout">In milliseconds.</param>
    [LibraryImport("libc", EntryPoint = "poll")]
    public static partial int Poll(ulong* file, nuint count, int timeout);

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint RealPath(string path, byte* resolved);
}
