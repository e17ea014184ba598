namespace Estargz.MSBuild.Tests.Parity;

/// <summary>One combination of a project and what a user sets, published by the SDK alone and with our package.</summary>
/// <param name="Name">Its name, which its repository has too: small letters, digits and hyphens.</param>
/// <param name="Project">The project: a folder of <see cref="ParityProjects"/>.</param>
/// <param name="Settings">What the project says in this case: MSBuild properties and items.</param>
public sealed record ParityCase(string Name, string Project, string Settings = "")
{
    /// <summary>The base image, a repository of the registry with its tag.</summary>
    public string Base { get; init; } = ParityBase.Index;

    /// <summary>What only the command line can say: <c>TargetFramework=net10.0</c>.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>What <c>dotnet publish</c> is asked for.</summary>
    public string Targets { get; init; } = "Publish;PublishContainer";

    /// <summary>Whether the image goes to an archive, and from there to the registry with skopeo.</summary>
    public bool Archive { get; init; }
}
