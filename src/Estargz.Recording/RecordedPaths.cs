using System.Runtime.InteropServices;
using Estargz.Profiles;

namespace Estargz.Recording;

/// <summary>The lines of a recording's profile: they hold wherever the app and .NET are in an image, whatever patch release that is.</summary>
internal sealed class RecordedPaths(Recording recording)
{
    private readonly TokenFolders _folders = TokenFolders.Create(recording.AppFolder, recording.DotnetRoot);

    /// <summary>The shared frameworks that were read, in the order in which that began.</summary>
    public IEnumerable<FrameworkVersion> Frameworks => recording.Files.Select(file => FrameworkOf(file.Path)).OfType<FrameworkVersion>().Distinct();

    /// <summary>The RID that apps are published for: the machine's, without its distribution.</summary>
    public string Rid =>
        (recording.Files.Any(f => Path.GetFileName(f.Path).StartsWith("ld-musl-", StringComparison.Ordinal)) ? "linux-musl-" : "linux-")
        + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    /// <summary>The line for a file; files of the system keep their path.</summary>
    public ProfileLine Line(RecordedFile file)
    {
        var path = ProfileLine.Of(file.Path);
        var line = PackOf(file.Path) is { } pack && PathToken.Parse("framework:" + pack.Name) is { } token
            ? ProfileLine.Of(Path.GetFileName(file.Path), token)
            : _folders.Portable(path);
        return (line.Token is null ? path : line) with { Pages = file.Pages };
    }

    private FrameworkVersion? FrameworkOf(string path) =>
        recording.DotnetRoot is { } root && RealPath.IsBelow(path, Path.Combine(root, "shared"))
        && Path.GetRelativePath(root, path).Split('/') is [_, var name, var version, _, ..]
            ? new FrameworkVersion(name, version)
            : PackOf(path);

    /// <summary>Runtime packs lie in the app's folder itself, not below it.</summary>
    private FrameworkVersion? PackOf(string path) =>
        Path.GetDirectoryName(path) == recording.AppFolder ? recording.RuntimePackFiles.GetValueOrDefault(Path.GetFileName(path)) : null;
}
