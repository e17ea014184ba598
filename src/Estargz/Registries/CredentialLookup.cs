namespace Estargz.Registries;

/// <summary>Where credentials are looked for: the SDK's environment variables, then the files of Docker and Podman.</summary>
internal sealed class CredentialLookup(string registry, RegistryOptions options)
{
    /// <summary>The credentials for a repository, or null where nobody stored any.</summary>
    public async Task<Credentials?> FindAsync(string repository, CancellationToken ct)
    {
        if (CredentialVariables.Find(options) is { } variables)
        {
            return variables;
        }

        foreach (var path in Files())
        {
            if (DockerConfig.Read(path) is { } config && await config.FindAsync(registry, repository, HelperAsync, ct) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private Task<Credentials?> HelperAsync(string name, string server, CancellationToken ct) =>
        new CredentialHelper(name, options).GetAsync(server, ct);

    /// <summary>The files in the order of the .NET SDK; a file that does not know the registry leaves it to the next.</summary>
    private IEnumerable<string> Files()
    {
        if (options.NonEmpty("REGISTRY_AUTH_FILE") is { } file)
        {
            return [file];
        }

        var home = options.NonEmpty("HOME") ?? options.NonEmpty("USERPROFILE");
        return new[]
        {
            Below(options.NonEmpty("XDG_RUNTIME_DIR"), "containers", "auth.json"),
            Below(options.NonEmpty("XDG_CONFIG_HOME") ?? Below(home, ".config"), "containers", "auth.json"),
            Below(options.NonEmpty("DOCKER_CONFIG") ?? Below(home, ".docker"), "config.json"),
        }.OfType<string>();
    }

    private static string? Below(string? folder, params string[] parts) =>
        folder is null ? null : Path.Combine([folder, .. parts]);
}
