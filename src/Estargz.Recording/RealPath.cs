using System.Runtime.InteropServices;

namespace Estargz.Recording;

/// <summary>Absolute paths without symbolic links.</summary>
internal static class RealPath
{
    private const int MaxPath = 4096; // PATH_MAX

    /// <summary>The real path, or null if there is nothing.</summary>
    public static unsafe string? Of(string path)
    {
        var buffer = stackalloc byte[MaxPath];
        return LibC.RealPath(path, buffer) == 0 ? null : Marshal.PtrToStringUTF8((nint)buffer);
    }

    /// <summary>Whether a path is a folder or below it.</summary>
    public static bool IsBelow(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal)
        && (path.Length == folder.Length || folder.EndsWith('/') || path[folder.Length] == '/');
}
