namespace Estargz.TestImages;

/// <summary>The shared libraries of this machine that a set of native files cannot run without.</summary>
public sealed class NativeLibraries
{
    // .NET opens these by name when it first needs them, so no file lists them (TLS, globalisation, host names).
    private static readonly string[] OpenedAtRunTime =
        ["libssl.so.", "libcrypto.so.", "libicuuc.so.", "libicui18n.so.", "libicudata.so.", "libnss_files.so.", "libnss_dns.so.", "libresolv.so."];

    private readonly IReadOnlyList<string> _folders;
    private readonly SortedDictionary<string, string> _found = new(StringComparer.Ordinal);
    private int _machine;

    private NativeLibraries(IReadOnlyList<string> folders) => _folders = folders;

    /// <summary>Library name (<c>libc.so.6</c>) to the file of this machine that has its bytes.</summary>
    public IReadOnlyDictionary<string, string> Files => _found;

    /// <summary>Where the dynamic loader is looked for: <c>/lib64/ld-linux-x86-64.so.2</c>.</summary>
    public string? Interpreter { get; private set; }

    /// <summary>Collects what <paramref name="programs"/>, and what they need in turn, need.</summary>
    /// <param name="programs">Native files; others are passed over. The first native one decides the instruction set.</param>
    public static NativeLibraries Of(IEnumerable<string> programs)
    {
        var libraries = new NativeLibraries([.. Folders().Where(Directory.Exists)]);
        foreach (var program in programs)
        {
            libraries.Add(program);
        }

        foreach (var prefix in OpenedAtRunTime)
        {
            if (libraries.Newest(prefix) is { } name)
            {
                libraries.AddLibrary(name);
            }
        }

        return libraries;
    }

    private void Add(string file)
    {
        if (ElfFile.Read(file) is not { } elf || (_machine != 0 && elf.Machine != _machine))
        {
            return;
        }

        _machine = elf.Machine;
        Interpreter ??= elf.Interpreter;
        foreach (var name in elf.Needed)
        {
            AddLibrary(name);
        }
    }

    private void AddLibrary(string name)
    {
        // What no folder has is a part of the program's own folder (libcoreclr.so), or the loader will miss it too.
        if (!_found.ContainsKey(name) && _folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(Fits) is { } file)
        {
            _found.Add(name, file);
            Add(file);
        }
    }

    // Of libssl.so.1.1, libssl.so.3 and libssl.so.3.0.1 it is libssl.so.3: a major version alone is what a loader is asked for.
    private string? Newest(string prefix) => _folders
        .SelectMany(folder => Directory.EnumerateFiles(folder, prefix + "*"))
        .Where(Fits)
        .Select(file => Path.GetFileName(file))
        .Where(name => name.Length > prefix.Length)
        .OrderBy(name => name.Length).ThenByDescending(name => name, StringComparer.Ordinal)
        .FirstOrDefault();

    private bool Fits(string file) => File.Exists(file) && ElfFile.Read(file)?.Machine == _machine;

    /// <summary>Where a loader looks: what its configuration names, then the built-in folders of the distributions.</summary>
    private static IEnumerable<string> Folders()
    {
        var configured = Directory.Exists("/etc/ld.so.conf.d") ? Directory.GetFiles("/etc/ld.so.conf.d", "*.conf") : [];
        var lines = configured.Order(StringComparer.Ordinal).SelectMany(File.ReadLines).Where(line => line.StartsWith('/'));
        string[] usual = ["/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib"];
        return lines.Select(line => line.Trim()).OrderBy(line => line.StartsWith("/usr/local", StringComparison.Ordinal)).Concat(usual);
    }
}
