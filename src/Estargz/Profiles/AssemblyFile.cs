using System.Collections.Immutable;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Estargz.Profiles;

/// <summary>What an assembly says of itself.</summary>
/// <param name="References">The names of the assemblies that it refers to, in its own order.</param>
/// <param name="ReadyToRun">Whether it holds native code, or belongs to a composite that does.</param>
internal sealed record AssemblyFile(ImmutableArray<string> References, bool ReadyToRun)
{
    /// <summary>Reads a file.</summary>
    /// <returns>Null for a file that is missing or no assembly.</returns>
    public static AssemblyFile? Read(string path)
    {
        try
        {
            using var pe = new PEReader(File.OpenRead(path));
            if (!pe.HasMetadata)
            {
                return null;
            }

            var metadata = pe.GetMetadataReader();
            return new AssemblyFile(
                [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))],
                pe.PEHeaders.CorHeader is { ManagedNativeHeaderDirectory.Size: > 0 });
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
    /// <returns>Each name once, and whether its file is in the folder.</returns>
    public static IEnumerable<(string Name, bool InFolder)> Walk(string folder, string name, Predicate<string> isLeaf)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { name };
        var open = new Queue<string>([name]);
        while (open.TryDequeue(out var next))
        {
            // A name of an assembly is no path; one that would be leads out of the folder.
            var path = next.AsSpan().ContainsAny("/\\") ? null : Path.Combine(folder, next + ".dll");
            bool inFolder = path is not null && File.Exists(path);
            yield return (next, inFolder);
            if (inFolder && !isLeaf(next + ".dll") && Read(path!) is { } assembly)
            {
                foreach (var reference in assembly.References.Where(seen.Add))
                {
                    open.Enqueue(reference);
                }
            }
        }
    }
}
