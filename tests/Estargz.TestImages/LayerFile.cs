using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Estargz.TestImages;

/// <summary>
/// One plain tar.gz layer in the making: paths in order, so that equal content has equal bytes. Parent folders are
/// added by themselves.
/// </summary>
public sealed class LayerFile
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode Shared = Executable | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.StickyBit;

    private readonly SortedDictionary<string, Action<TarWriter, string>> _entries = new(StringComparer.Ordinal);

    /// <summary>Adds a file of this machine.</summary>
    /// <param name="path">Its absolute path in the image.</param>
    /// <param name="source">Its path here; links are followed.</param>
    public void AddFile(string path, string source) => Add(path, (tar, name) =>
    {
        using var content = File.OpenRead(source);
        WriteFile(tar, name, IsExecutable(source) ? Executable : Readable, content);
    });

    /// <summary>Adds a text file.</summary>
    public void AddText(string path, string text) => Add(path, (tar, name) =>
        WriteFile(tar, name, Readable, new MemoryStream(Encoding.UTF8.GetBytes(text))));

    /// <summary>Adds every file below a folder of this machine.</summary>
    public void AddFolder(string path, string source)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            AddFile(path + "/" + Path.GetRelativePath(source, file).Replace('\\', '/'), file);
        }
    }

    /// <summary>Adds a folder that everyone may write to, such as <c>/tmp</c>.</summary>
    public void AddSharedFolder(string path) => Add(path, (tar, name) => WriteFolder(tar, name, Shared));

    /// <summary>Adds a symbolic link.</summary>
    public void AddLink(string path, string target) => Add(path, (tar, name) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target, Mode = Executable, ModificationTime = DateTimeOffset.UnixEpoch }));

    /// <summary>Writes the layer to a folder of blobs, under its digest.</summary>
    public Blob WriteTo(string folder)
    {
        var temporary = Path.Combine(folder, Path.GetRandomFileName());
        using var diffId = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var file = File.Create(temporary))
        using (var gzip = new GZipStream(file, CompressionLevel.Optimal))
        using (var tar = new TarWriter(new DigestingStream(gzip, diffId), TarEntryFormat.Ustar))
        {
            foreach (var (path, write) in _entries)
            {
                write(tar, path);
            }
        }

        return Blob.Keep(temporary, folder, OciLayout.LayerType) with { DiffId = "sha256:" + Convert.ToHexStringLower(diffId.GetHashAndReset()) };
    }

    private void Add(string path, Action<TarWriter, string> write)
    {
        var name = path.TrimStart('/');
        _entries[name] = write;
        for (int slash = name.LastIndexOf('/'); slash > 0; slash = name.LastIndexOf('/', slash - 1))
        {
            _entries.TryAdd(name[..slash], (tar, folder) => WriteFolder(tar, folder, Executable));
        }
    }

    private static void WriteFile(TarWriter tar, string name, UnixFileMode mode, Stream content) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { Mode = mode, ModificationTime = DateTimeOffset.UnixEpoch, DataStream = content });

    private static void WriteFolder(TarWriter tar, string name, UnixFileMode mode) =>
        tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, name + "/") { Mode = mode, ModificationTime = DateTimeOffset.UnixEpoch });

    private static bool IsExecutable(string source) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(source) & UnixFileMode.UserExecute) != 0;
}
