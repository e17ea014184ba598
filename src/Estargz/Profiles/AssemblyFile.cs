using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Estargz.Profiles;

/// <summary>What an assembly says of itself.</summary>
/// <param name="References">The names of the assemblies that it refers to, in its own order.</param>
/// <param name="ReadyToRun">Whether it holds native code, or belongs to a composite that does.</param>
/// <param name="Size">Its size in bytes.</param>
internal sealed record AssemblyFile(ImmutableArray<string> References, bool ReadyToRun, long Size)
{
    /// <summary>Reads a file.</summary>
    /// <returns>Null for a file that is missing or no assembly.</returns>
    public static AssemblyFile? Read(string path)
    {
        try
        {
            var file = File.OpenRead(path);
            using var pe = new PEReader(file);
            if (!pe.HasMetadata)
            {
                return null;
            }

            var metadata = pe.GetMetadataReader();
            return new AssemblyFile(
                [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))],
                pe.PEHeaders.CorHeader is { ManagedNativeHeaderDirectory.Size: > 0 },
                file.Length);
        }
        catch (Exception e) when (e is BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The assemblies that one leads to, breadth first: it, what it refers to, what those refer to.</summary>
    /// <param name="folder">The folder with the assemblies.</param>
    /// <param name="name">The name of the first.</param>
    /// <param name="isLeaf">Whether an assembly of the folder belongs to the framework: what it refers to is not looked at.</param>
    /// <returns>Each name once; what is in the folder and no leaf, with what it says of itself, if it is an assembly.</returns>
    public static IEnumerable<KeyValuePair<AppAssembly, AssemblyFile?>> Walk(string folder, string name, Predicate<string> isLeaf)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { name };
        var open = new Queue<string>([name]);
        while (open.TryDequeue(out var next))
        {
            // A name of an assembly is no path; one that would be leads out of the folder.
            var path = next.AsSpan().ContainsAny("/\\") ? null : Path.Combine(folder, next + ".dll");
            bool inFolder = path is not null && !isLeaf(next + ".dll") && File.Exists(path);
            var assembly = inFolder ? Read(path!) : null;
            yield return KeyValuePair.Create(new AppAssembly(next, inFolder), assembly);
            foreach (var reference in assembly?.References.Where(seen.Add) ?? [])
            {
                open.Enqueue(reference);
            }
        }
    }
}
