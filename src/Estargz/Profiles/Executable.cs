namespace Estargz.Profiles;

/// <summary>A native executable in the publish folder.</summary>
internal static class Executable
{
    // Every .NET host has the place for the offset of an app in it, 8 bytes, and then this, the SHA-256 of
    // ".net core bundle" with a line end.
    private const int OffsetSize = 8;
    private static readonly byte[] BundleMark =
    [
        0x8b, 0x12, 0x02, 0xb9, 0x6a, 0x61, 0x20, 0x38, 0x72, 0x7b, 0x93, 0x02, 0x14, 0xd7, 0xa0, 0x32,
        0x13, 0xf5, 0xb9, 0xe6, 0xef, 0xae, 0x33, 0x18, 0xee, 0x3b, 0x2d, 0xce, 0x24, 0xb3, 0x6a, 0xae,
    ];

    /// <summary>Whether a file is a .NET host with an app in it.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>: there is no such file.</exception>
    public static bool IsSingleFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var buffer = new byte[1 << 16];
            int kept = 0;
            while (file.Read(buffer, kept, buffer.Length - kept) is > 0 and var read)
            {
                var bytes = buffer.AsSpan(0, kept + read);
                if (bytes.IndexOf(BundleMark) is >= OffsetSize and var mark)
                {
                    return bytes.Slice(mark - OffsetSize, OffsetSize).ContainsAnyExcept((byte)0);
                }

                kept = Math.Min(bytes.Length, OffsetSize + BundleMark.Length - 1);
                bytes[^kept..].CopyTo(buffer);
            }

            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EstargzException(
                DiagnosticCode.FileUnreadable,
                $"The publish folder has neither '{path}.runtimeconfig.json' nor an executable '{path}', so what the app reads at start-up is unknown. Give the name of the app's entry assembly, or publish the app again.",
                e);
        }
    }
}
