namespace Estargz.Registries;

/// <summary>The credentials in the .NET SDK's environment variables.</summary>
internal static class CredentialVariables
{
    /// <summary>The first complete pair that applies to this access.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.CredentialsUnreadable"/>: half a pair.</exception>
    public static Credentials? Find(RegistryOptions options)
    {
        string[] prefixes = options.Access switch
        {
            RegistryAccess.Push => ["DOTNET_CONTAINER_PUSH_REGISTRY", "DOTNET_CONTAINER_REGISTRY", "SDK_CONTAINER_REGISTRY"],
            RegistryAccess.PullFromOutput => ["DOTNET_CONTAINER_PULL_REGISTRY", "DOTNET_CONTAINER_REGISTRY", "SDK_CONTAINER_REGISTRY"],
            RegistryAccess.Pull => ["DOTNET_CONTAINER_PULL_REGISTRY"],
            _ => [],
        };
        return prefixes.Select(prefix => Pair(options, prefix)).FirstOrDefault(pair => pair is not null);
    }

    private static Credentials? Pair(RegistryOptions options, string prefix)
    {
        string user = prefix + "_UNAME", password = prefix + "_PWORD";
        return (options.NonEmpty(user), options.NonEmpty(password)) switch
        {
            ({ } name, { } secret) => Credentials.Of(name, secret, $"environment variable {user}"),
            (null, null) => null,
            (null, _) => throw Half(password, user),
            _ => throw Half(user, password),
        };
    }

    private static EstargzException Half(string set, string missing) => new(
        DiagnosticCode.CredentialsUnreadable, $"Environment variable {set} is set but {missing} is not. Set both or none.");
}
