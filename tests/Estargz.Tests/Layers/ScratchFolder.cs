namespace Estargz.Layers;

/// <summary>A folder of a test's own, gone when the test is.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public ScratchFolder() => Path = Directory.CreateTempSubdirectory("estargz-").FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
        return this[name];
    }

    /// <summary>Not by the framework, which cannot name every file that can be on a disk.</summary>
    public void Dispose() => Shell.Run("/", $"rm -rf '{Path}'");
}
