using System.IO.Compression;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Benchmarks;

/// <summary>
/// This program with the library out of the package, where it is compiled for Linux x64: as a publish runs it, without a JIT
/// that is a good part of a process that lives for a second.
/// </summary>
public static class ShippedProgram
{
    private static readonly Lazy<Task<string>> Made = new(MakeAsync);

    /// <summary>The path of its assembly.</summary>
    public static Task<string> PathAsync() => Made.Value;

    private static async Task<string> MakeAsync()
    {
        var folder = SourceTree.Artifact("benchmarks", "program");
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
        {
            Directory.CreateDirectory(folder);
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        using var package = new PackedPackage();
        await package.InitializeAsync();
        using var zip = ZipFile.OpenRead(Directory.GetFiles(package.Feed, "*.nupkg").Single());
        foreach (var library in zip.Entries.Where(entry => entry.FullName.StartsWith("tasks/net10.0/linux-x64/", StringComparison.Ordinal) && entry.Name.EndsWith(".dll", StringComparison.Ordinal)))
        {
            library.ExtractToFile(Path.Combine(folder, library.Name), overwrite: true);
        }

        return Path.Combine(folder, Path.GetFileName(typeof(ShippedProgram).Assembly.Location));
    }
}
