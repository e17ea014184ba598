using System.Reflection;
using System.Runtime.Loader;

namespace Estargz.Benchmarks.Layers;

/// <summary>A layer as the .NET SDK builds it, by its own code, which it keeps to itself.</summary>
public static class SdkLayer
{
    private const string Containers = "Microsoft.NET.Build.Containers";

    /// <summary>Builds the layer of a publish folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="output">The blob.</param>
    public static Task OfFolderAsync(string folder, string output)
    {
        var tasks = Path.Combine(Sdk(), "Containers", "tasks", "net10.0");
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(tasks, name.Name + ".dll") is var path && File.Exists(path) ? context.LoadFromAssemblyPath(path) : null;
        var assembly = AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(tasks, Containers + ".dll"));
        using var scratch = new MSBuild.Tests.Peers.TemporaryFolder();
        Member<PropertyInfo>("ContentStore", type => type.GetProperty("ArtifactRoot", All)).SetValue(null, scratch.Path);
        var layer = Member<MethodInfo>("Layer", type => type.GetMethod("FromDirectory", All))
            .Invoke(null, [folder, "/app", false, "application/vnd.oci.image.manifest.v1+json", null]);
        File.Move((string)Member<PropertyInfo>("Layer", type => type.GetProperty("BackingFile", All)).GetValue(layer)!, output, overwrite: true);
        return Task.CompletedTask;

        T Member<T>(string type, Func<Type, T?> find) where T : MemberInfo =>
            assembly.GetType($"{Containers}.{type}") is { } owner && find(owner) is { } member ? member
            : throw new InvalidOperationException($"The SDK in '{tasks}' builds its layers in another way than this knows.");
    }

    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    /// <summary>The folder of the newest SDK beside the runtime that this runs on.</summary>
    private static string Sdk()
    {
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        return Directory.GetDirectories(Path.Combine(root, "sdk"), "10.*").MaxBy(path => Version.TryParse(Path.GetFileName(path), out var version) ? version : new Version())!;
    }
}
