using System.Text.RegularExpressions;

namespace Estargz.Images;

/// <summary>
/// The name of an image: <c>registry/repository:tag</c>, <c>registry/repository@digest</c> or both (OCI distribution
/// spec, "Pulling manifests"). A missing registry means Docker Hub, as everywhere.
/// </summary>
/// <param name="Registry">Host, with port where it is not the default one: <c>ghcr.io</c>, <c>localhost:5000</c>.</param>
/// <param name="Repository">Path in the registry: <c>library/nginx</c>.</param>
/// <param name="Tag">The tag, or null.</param>
/// <param name="Digest">The digest of the manifest, or null.</param>
public sealed partial record Reference(string Registry, string Repository, string? Tag, Digest? Digest)
{
    /// <summary>The name under which Docker Hub is known; requests go to <c>registry-1.docker.io</c>.</summary>
    public const string DockerHub = "docker.io";

    /// <summary>What a manifest request names: the digest where there is one, else the tag, else <c>latest</c>.</summary>
    public string ManifestName => Digest?.ToString() ?? Tag ?? "latest";

    /// <summary>Takes a reference apart the way Docker does.</summary>
    /// <param name="text">The reference.</param>
    /// <param name="from">Where it came from, for the message: <c>ContainerBaseImage</c>.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidReference"/>.</exception>
    public static Reference Parse(string text, string from)
    {
        var rest = text;
        Digest? digest = null;
        if (rest.IndexOf('@', StringComparison.Ordinal) is var at and >= 0)
        {
            digest = Images.Digest.TryParse(rest[(at + 1)..], out var parsed) ? parsed : throw Invalid(text, from, "its digest is malformed");
            rest = rest[..at];
        }

        var registry = DockerHub;
        if (NamesRegistry(rest, out int slash))
        {
            registry = rest[..slash];
            rest = rest[(slash + 1)..];
        }

        string? tag = null;
        if (rest.LastIndexOf(':') is var colon and >= 0)
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
        }

        if (registry is "index.docker.io" or "registry-1.docker.io")
        {
            registry = DockerHub;
        }

        if (registry == DockerHub && !rest.Contains('/', StringComparison.Ordinal))
        {
            rest = "library/" + rest;
        }

        return Create(registry, rest, tag, digest, text, from);
    }

    /// <summary>Reads a repository without tag or digest.</summary>
    /// <param name="text">A repository, with or without a registry before it.</param>
    /// <param name="registry">The registry where the text names none.</param>
    /// <param name="from">Where the text came from, for the message.</param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidReference"/>.</exception>
    public static Reference ParseRepository(string text, string registry, string from)
    {
        var parsed = NamesRegistry(text) ? Parse(text, from) : Create(registry, text, null, null, text, from);
        return parsed is { Tag: null, Digest: null } ? parsed : throw Invalid(text, from, "a repository has no tag and no digest");
    }

    /// <summary>Whether a text begins with a registry: something before the first slash that no repository begins with.</summary>
    public static bool NamesRegistry(string text) => NamesRegistry(text, out _);

    /// <summary>Puts a reference together from parts that are already apart, and checks each.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidReference"/>.</exception>
    public static Reference Create(string registry, string repository, string? tag, Digest? digest, string from) =>
        Create(registry, repository, tag, digest, $"{registry}/{repository}" + (tag is null ? "" : ":" + tag), from);

    /// <summary>The reference with everything that is known.</summary>
    public override string ToString() =>
        $"{Registry}/{Repository}" + (Tag is null ? "" : ":" + Tag) + (Digest is null ? "" : "@" + Digest);

    private static Reference Create(string registry, string repository, string? tag, Digest? digest, string text, string from)
    {
        if (!RegistryPattern().IsMatch(registry))
        {
            throw Invalid(text, from, $"'{registry}' is not a registry's host name");
        }

        if (repository.Length > 255 || !RepositoryPattern().IsMatch(repository))
        {
            throw Invalid(text, from, $"'{repository}' is not a repository name (lower-case letters, digits, and . _ - / between them)");
        }

        if (tag is not null && !TagPattern().IsMatch(tag))
        {
            throw Invalid(text, from, $"'{tag}' is not a tag (letters, digits, and . _ -, at most 128)");
        }

        return new Reference(registry, repository, tag, digest);
    }

    private static bool NamesRegistry(string text, out int slash)
    {
        slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && (text[..slash] is "localhost" || text.AsSpan(0, slash).ContainsAny('.', ':'));
    }

    private static EstargzException Invalid(string text, string from, string why) =>
        new(DiagnosticCode.InvalidReference, $"'{text}' from {from} is not an image reference: {why}.");

    [GeneratedRegex(@"\A(\[[0-9a-fA-F:]+\]|[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?)(:[0-9]{1,5})?\z")]
    private static partial Regex RegistryPattern();

    [GeneratedRegex(@"\A[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex RepositoryPattern();

    [GeneratedRegex(@"\A[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z")]
    private static partial Regex TagPattern();
}
