namespace Estargz.Registries;

/// <summary>What a token is asked for, separated by spaces (Docker token scope documentation).</summary>
internal static class Scope
{
    public static string Pull(string repository) => $"repository:{repository}:pull";

    /// <summary>The repository pushed to comes first: some registries look at the first scope only.</summary>
    public static string Push(string repository, string? mountFrom = null) =>
        $"repository:{repository}:pull,push" + (mountFrom is null ? "" : " " + Pull(mountFrom));

    /// <summary>The scope wanted, and whatever the challenge asks for beyond it.</summary>
    public static string Join(string wanted, string? challenged) => (challenged ?? "")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Where(scope => !wanted.Split(' ').Any(have => have == scope || have.StartsWith(scope + ",", StringComparison.Ordinal)))
        .Aggregate(wanted, (all, scope) => $"{all} {scope}");
}
