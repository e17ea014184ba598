using System.Collections.Concurrent;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// A project as <c>dotnet new</c> makes it. That takes two seconds, and more than a hundred tests want one: each kind is made
/// once and copied.
/// </summary>
internal static class ProjectTemplate
{
    private static readonly TemporaryFolder Made = new();
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Templates = new(StringComparer.Ordinal);

    static ProjectTemplate() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Made.Dispose();

    /// <summary>Puts a project called <c>app</c> into a folder.</summary>
    /// <param name="template"><c>web</c>, <c>worker</c>, <c>console</c>.</param>
    /// <param name="folder">The folder, which is there.</param>
    public static async Task CopyAsync(string template, string folder) =>
        SourceTree.Copy(await Templates.GetOrAdd(template, name => new(() => MakeAsync(name))).Value, folder);

    private static async Task<string> MakeAsync(string template)
    {
        (await Dotnet.RunAsync(["new", template, "--name", "app", "--output", Made[template], "--no-restore"])).Succeeded();
        return Made[template];
    }
}
