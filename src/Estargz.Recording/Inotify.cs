using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Estargz.Recording;

/// <summary>
/// Tells which files of some folders are opened, inotify(7). <see cref="FileSystemWatcher"/> cannot: it has no
/// IN_OPEN. Not from which process: folders that others read too need a second witness.
/// </summary>
internal sealed class Inotify : IDisposable
{
    private const int CloseOnExec = 0x80000, NonBlocking = 0x800;
    private const uint Open = 0x20, OnlyFolders = 0x1000000, IsFolder = 0x40000000, Overflow = 0x4000;

    private readonly Dictionary<int, string> _folders = [];
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly SafeFileHandle _handle = LibC.InotifyInit(CloseOnExec | NonBlocking);

    /// <summary>Whether events were lost, or a folder could not be watched: the user's limits are in /proc/sys/fs/inotify.</summary>
    public bool IsIncomplete { get; private set; }

    /// <summary>Watches one folder, without those below it. One that is not there is ignored.</summary>
    public void Add(string folder)
    {
        int watch = _handle.IsInvalid ? -1 : LibC.InotifyAddWatch(_handle, folder, Open | OnlyFolders);
        if (watch >= 0)
        {
            _folders[watch] = folder;
        }
        else if (Directory.Exists(folder))
        {
            IsIncomplete = true;
        }
    }

    /// <summary>The files opened since the last call, in order; does not wait.</summary>
    public unsafe IEnumerable<string> Read()
    {
        var opened = new List<string>();
        nint length;
        fixed (byte* start = _buffer)
        {
            while (!_handle.IsInvalid && (length = LibC.Read(_handle, start, (nuint)_buffer.Length)) > 0)
            {
                Parse(_buffer.AsSpan(0, (int)length), opened);
            }
        }

        return opened;
    }

    /// <summary>Waits until a file is opened, but not for long.</summary>
    public unsafe void Wait(TimeSpan limit)
    {
        if (_handle.IsInvalid)
        {
            Thread.Sleep(limit);
            return;
        }

        ulong file = (1UL << 32) | (uint)_handle.DangerousGetHandle(); // POLLIN
        _ = LibC.Poll(&file, 1, (int)Math.Ceiling(limit.TotalMilliseconds));
    }

    /// <summary>Ends all watches.</summary>
    public void Dispose() => _handle.Dispose();

    /// <summary>An event is watch (4 bytes), mask (4), cookie (4), length of the name (4), name, zeros.</summary>
    private void Parse(ReadOnlySpan<byte> events, List<string> opened)
    {
        while (events.Length >= 16)
        {
            int watch = BinaryPrimitives.ReadInt32LittleEndian(events);
            uint mask = BinaryPrimitives.ReadUInt32LittleEndian(events[4..]);
            int length = BinaryPrimitives.ReadInt32LittleEndian(events[12..]);
            var name = events.Slice(16, length).TrimEnd((byte)0);
            events = events[(16 + length)..];
            IsIncomplete |= (mask & Overflow) != 0;
            if ((mask & Open) != 0 && (mask & IsFolder) == 0 && !name.IsEmpty && _folders.TryGetValue(watch, out var folder))
            {
                opened.Add(Path.Join(folder, Encoding.UTF8.GetString(name)));
            }
        }
    }
}
