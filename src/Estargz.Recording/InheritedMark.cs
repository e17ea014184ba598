using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Estargz.Recording;

/// <summary>
/// A number that a process hands on to everything that it starts, in whatever environment, session and group, and that stays
/// when the parent is gone: the soft limit of its resident set (RLIMIT_RSS), which Linux keeps, and ignores since 2.6
/// (getrlimit(2)). No other process has it, so nothing is taken for the app's that is not: that could not be said of the
/// orphans that a subreaper gets (prctl(2)), which may as well be those of another task of the same build.
/// </summary>
internal sealed class InheritedMark
{
    private const int ResidentSet = 5; // RLIMIT_RSS

    private readonly ulong _random = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
    private ulong? _value;

    /// <summary>Marks a process, and what it starts from now on. Where that may not be done, nothing is marked.</summary>
    public unsafe void Put(int process)
    {
        var limits = stackalloc ulong[2];
        if (LibC.ProcessLimit(process, ResidentSet, null, limits) != 0)
        {
            return;
        }

        // Half of what is allowed or more, so that a program that looks does not take fright; nobody reads it as a negative number.
        ulong most = Math.Min(limits[1], long.MaxValue);
        ulong value = _value ?? most - 1 - (_random % Math.Max(most / 2, 1));
        limits[0] = value;
        if (most > uint.MaxValue && LibC.ProcessLimit(process, ResidentSet, limits, null) == 0)
        {
            _value = value;
        }
    }

    /// <summary>Whether a process has the mark.</summary>
    public unsafe bool IsOn(int process)
    {
        var limits = stackalloc ulong[2];
        return _value is { } value && LibC.ProcessLimit(process, ResidentSet, null, limits) == 0 && limits[0] == value;
    }
}
