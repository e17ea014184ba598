using Estargz.Images;

namespace Estargz.Registries;

/// <summary>The many ways in which files of credentials name one registry, brought to one.</summary>
internal static class ServerKey
{
    /// <summary>A key without scheme, API version, default port and case of the host.</summary>
    public static string Normalize(string key)
    {
        var rest = key.Trim();
        foreach (var scheme in new[] { "https://", "http://" })
        {
            // A whole URL is of Docker, and stands for its host; a path is for Podman's keys, which have no scheme.
            rest = rest.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? rest[scheme.Length..].Split('/')[0] : rest;
        }

        rest = rest.TrimEnd('/');
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        var host = (slash < 0 ? rest : rest[..slash]).ToLowerInvariant();
        var path = slash < 0 ? "" : rest[slash..];
        host = host.EndsWith(":443", StringComparison.Ordinal) ? host[..^4] : host;
        host = host is "index.docker.io" or "registry-1.docker.io" ? Reference.DockerHub : host;
        return path is "/v1" or "/v2" ? host : host + path;
    }

    /// <summary>The keys that apply to a repository: the longest path first, the registry alone last.</summary>
    public static IEnumerable<string> Candidates(string registry, string repository)
    {
        var host = Normalize(registry);
        for (var path = repository; path.Length > 0; path = path[..Math.Max(0, path.LastIndexOf('/'))])
        {
            yield return $"{host}/{path}";
        }

        yield return host;
    }
}
