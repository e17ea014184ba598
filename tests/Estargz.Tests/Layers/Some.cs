using System.Text;

namespace Estargz.Layers;

/// <summary>Entries to build layers of.</summary>
internal static class Some
{
    public static Entry File(string name, string content = "", long mode = 420) => File(name, Encoding.UTF8.GetBytes(content), mode);

    public static Entry File(string name, byte[] content, long mode = 420) =>
        new Entry { Name = name, Type = EntryType.File, Mode = mode, Content = ByteSource.Of(content) };

    public static Entry Folder(string name) => new Entry { Name = name, Type = EntryType.Directory, Mode = 493 };

    public static Entry Link(string name, string target, EntryType type = EntryType.Symlink) =>
        new Entry { Name = name, Type = type, Mode = 511, LinkName = target };

    /// <summary>Bytes that do not compress and are the same each time.</summary>
    public static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
