using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Tool.Tests;

/// <summary>The built tool, run in a process of its own.</summary>
internal static class ToolRun
{
    /// <summary>The assembly of the tool.</summary>
    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "Estargz.Tool.dll");

    /// <summary>Runs it to its end.</summary>
    public static Task<Command> RunAsync(params string[] arguments) => Dotnet.RunAsync([Assembly, .. arguments], Clean);

    /// <summary>Runs it with more variables.</summary>
    public static Task<Command> RunAsync(IReadOnlyDictionary<string, string?> environment, params string[] arguments) =>
        Dotnet.RunAsync([Assembly, .. arguments], Clean.Where(variable => !environment.ContainsKey(variable.Key)).Concat(environment).ToDictionary());

    private static IReadOnlyDictionary<string, string?> Clean { get; } = new Dictionary<string, string?>
    {
        ["DOTNET_CONTAINER_REGISTRY_UNAME"] = null,
        ["DOTNET_CONTAINER_REGISTRY_PWORD"] = null,
        ["DOCKER_CONFIG"] = null,
    };
}
