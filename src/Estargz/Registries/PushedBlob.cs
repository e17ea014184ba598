namespace Estargz.Registries;

/// <summary>How a blob came to be in a repository.</summary>
public enum PushedBlob
{
    /// <summary>It was there already: no byte was sent.</summary>
    Existed,

    /// <summary>The registry took it over from another of its repositories: no byte was sent.</summary>
    Mounted,

    /// <summary>Its bytes were sent.</summary>
    Uploaded,
}
