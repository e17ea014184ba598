using System.Collections.Immutable;

namespace Estargz.Profiles;

/// <summary>How much of a profile is still true of an image.</summary>
public sealed record ProfileCheck
{
    private ProfileCheck()
    {
    }

    /// <summary>The number of lines in the profile, without those that are about an installation of .NET where the image has none.</summary>
    public required int Lines { get; init; }

    /// <summary>The lines for which the image has nothing, in the order of the profile.</summary>
    public required ImmutableArray<string> Missing { get; init; }

    /// <summary>The number of lines for which the image has something.</summary>
    public int Matched => Lines - Missing.Length;

    /// <summary>The share of those lines in percent, rounded down: 100 means all; also where there are none.</summary>
    public int Percentage => Lines == 0 ? 100 : (int)(100L * Matched / Lines);

    /// <summary>Frameworks that the image has in other versions than the profile was made with; their versions there.</summary>
    public required ImmutableArray<(FrameworkVersion Profile, ImmutableArray<string> Image)> StaleFrameworks { get; init; }

    /// <summary>The runtime identifier that the profile was made for, where the image has another; else null.</summary>
    public required string? OtherRid { get; init; }

    /// <summary>Compares a profile with an image.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="tree">The image.</param>
    /// <param name="workingDirectory">The image's working directory.</param>
    /// <param name="rid">The image's runtime identifier; null where it is not known.</param>
    public static ProfileCheck Of(StartupProfile profile, ImageTree tree, string workingDirectory, string? rid)
    {
        var folders = TokenFolders.Of(tree, workingDirectory);
        var order = StartupOrder.Create(profile, tree, workingDirectory);
        return new ProfileCheck
        {
            Lines = profile.Lines.Length - order.Inapplicable,
            Missing = order.NotFound,
            StaleFrameworks =
            [
                .. from framework in profile.Header.Frameworks
                   let versions = VersionsOf(framework.Name)
                   where versions.Length > 0 && !versions.Contains(framework.Version)
                   select (framework, versions),
            ],
            OtherRid = profile.Header.Rid is { } made && rid is not null && made != rid ? made : null,
        };

        ImmutableArray<string> VersionsOf(string name) =>
            folders.FrameworkFolder(name) is { } folder && tree.Find(folder) is { } versions
                ? [.. versions.Children.Where(version => version.Value.IsDirectory).Select(version => version.Key)]
                : [];
    }
}
