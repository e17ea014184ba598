using Microsoft.Build.Framework;

namespace Estargz.MSBuild;

/// <summary>
/// Where the images of an archive of several RIDs wait until all are there. MSBuild runs no target after Ctrl+C, but disposes
/// what it keeps at the end of every build.
/// </summary>
/// <param name="path">The folder, which need not be there yet.</param>
internal sealed class StagingFolder(string path) : IDisposable
{
    /// <summary>A build that was killed leaves its folder; none takes as long as this.</summary>
    private static readonly TimeSpan OldAge = TimeSpan.FromDays(1);

    /// <summary>Has a folder removed at the end of the build, and removes those that killed builds have left beside it.</summary>
    public static void Keep(IBuildEngine4 engine, string path)
    {
        var parent = new DirectoryInfo(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path))!);
        foreach (var left in parent.Exists ? parent.GetDirectories("images-*") : [])
        {
            if (left.LastWriteTimeUtc < DateTime.UtcNow - OldAge)
            {
                Remove(left.FullName);
            }
        }

        engine.RegisterTaskObject("estargz " + path, new StagingFolder(path), RegisteredTaskObjectLifetime.Build, allowEarlyCollection: false);
    }

    /// <summary>Removes it.</summary>
    public void Dispose() => Remove(path);

    private static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Removed already, or somebody looks at it: the next build removes it.
        }
    }
}
