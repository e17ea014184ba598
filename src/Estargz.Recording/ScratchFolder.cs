using System.Runtime.Versioning;
using System.Security.Cryptography;
using Estargz.Layers;

namespace Estargz.Recording;

/// <summary>A folder that only this user may enter, gone when it is disposed.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ScratchFolder : IDisposable
{
    /// <summary>A socket's path has 108 bytes at most, unix(7); this leaves room for the names.</summary>
    private const int MaxParent = 40;

    private const int NameBytes = 6;
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _path = Create(Path.GetTempPath());

    /// <summary>The end of its name: no other recording has it.</summary>
    public string Id => _path[^(2 * NameBytes)..];

    /// <summary>The path of a file in it.</summary>
    public string this[string name] => Path.Combine(_path, name);

    /// <summary>The time that a file made now has, in UTC: file systems use a clock that lags some milliseconds.</summary>
    public DateTime Now()
    {
        var file = this["now"];
        File.WriteAllBytes(file, []);
        return FileStatus.Of(file)?.Created ?? DateTime.UtcNow;
    }

    /// <inheritdoc/>
    public void Dispose() => Delete(_path);

    /// <summary>Deletes a folder that an app has run in.</summary>
    internal static void Delete(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (UnauthorizedAccessException)
        {
            // An app that runs as this user may have locked folders of its own.
            foreach (var folder in Directory.EnumerateDirectories(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true }))
            {
                File.SetUnixFileMode(folder, Own);
            }

            Directory.Delete(path, recursive: true);
        }
    }

    private static string Create(string parent)
    {
        try
        {
            var name = Path.Combine(parent.Length > MaxParent ? "/tmp" : parent, "estargz-recording-" + RandomNumberGenerator.GetHexString(2 * NameBytes, lowercase: true));
            return Directory.CreateDirectory(name, Own).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EstargzException(
                DiagnosticCode.CacheUnusable, $"No temporary folder can be made in '{parent}': {e.Message} Set TMPDIR to a folder that can be written.", e);
        }
    }
}
