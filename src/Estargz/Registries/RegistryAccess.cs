namespace Estargz.Registries;

/// <summary>What a registry is used for. Decides which credential variables of the .NET SDK apply.</summary>
public enum RegistryAccess
{
    /// <summary>Reading a base image from a registry that is not the one pushed to.</summary>
    Pull,

    /// <summary>Pushing an image.</summary>
    Push,

    /// <summary>Reading a base image from the registry that is also pushed to.</summary>
    PullFromOutput,

    /// <summary>Reading and writing in a registry that none of the variables is meant for.</summary>
    Other,
}
