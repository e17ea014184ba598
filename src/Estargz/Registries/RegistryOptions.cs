namespace Estargz.Registries;

/// <summary>Everything a <see cref="Registry"/> takes from its surroundings.</summary>
public sealed record RegistryOptions
{
    /// <summary>What the registry is used for.</summary>
    public RegistryAccess Access { get; init; } = RegistryAccess.Pull;

    /// <summary>Looks an environment variable up: credentials, insecure registries, folders of configuration files.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>
    /// Whether a loopback address such as <c>127.0.0.1</c> may speak plain HTTP, as the name <c>localhost</c> always may.
    /// The .NET SDK wants the address listed in <c>DOTNET_CONTAINER_INSECURE_REGISTRIES</c>.
    /// </summary>
    public bool TrustsLoopback { get; init; } = true;

    /// <summary>Takes one line that the user should see although nothing failed. May be called from any thread.</summary>
    public Action<string> Warn { get; init; } = _ => { };

    /// <summary>The clock of waits, timeouts and the age of tokens.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How many blobs travel at once. Amazon ECR always gets one at a time.</summary>
    public int Transfers { get; init; } = 4;

    /// <summary>How often something is tried before it counts as failed.</summary>
    public int Tries { get; init; } = 5;

    /// <summary>The wait before the second try; it doubles with each further one, up to 30 s.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait that a registry may ask for; if it asks for more, that is an error at once.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long a request may go without moving a byte. There is no limit on a whole transfer.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// How long a registry that has all bytes of a blob may take to say that it keeps them: storage such as S3 copies a large
    /// one first. The .NET SDK waits as long.
    /// </summary>
    public TimeSpan CommitTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Names and sockets; tests put their own here.</summary>
    internal Network Network { get; init; } = new();

    /// <summary>A variable of the .NET SDK's containers under its name of today, else under the one it had before.</summary>
    /// <param name="name">What follows <c>DOTNET_CONTAINER_</c> or <c>SDK_CONTAINER_</c>.</param>
    internal string? Variable(string name) =>
        NonEmpty("DOTNET_CONTAINER_" + name) ?? NonEmpty("SDK_CONTAINER_" + name);

    internal string? NonEmpty(string name) => Environment(name) is { Length: > 0 } value ? value : null;
}
