namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// A folder that is removed afterwards, with everything that is mounted below it. Its path is short, because that of a
/// unix socket must be (107 bytes).
/// </summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>The folder's path.</summary>
    public string Path { get; } = Directory.CreateTempSubdirectory("e-").FullName;

    /// <summary>What is mounted below the folder: path and type of each mount, the deepest first.</summary>
    public IReadOnlyList<(string Path, string Type)> Mounts => !File.Exists("/proc/self/mounts") ? [] :
        [.. File.ReadLines("/proc/self/mounts")
            .Select(line => line.Split(' '))
            .Where(fields => fields[1].StartsWith(Path + "/", StringComparison.Ordinal))
            .Select(fields => (fields[1], fields[2]))
            .OrderByDescending(mount => mount.Item1, StringComparer.Ordinal)];

    /// <summary>A path in the folder.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int tries = 50; ; tries--)
        {
            foreach (var (path, _) in Mounts)
            {
                Command.RunAsync("umount", ["-l", path]).GetAwaiter().GetResult();
            }

            try
            {
                if (Directory.Exists(Path))
                {
                    Directory.Delete(Path, recursive: true);
                }

                return;
            }
            catch (IOException) when (tries > 1)
            {
                // Podman leaves a process behind that mounts its storage once more, writes there, and ends by itself.
                Thread.Sleep(200);
            }
        }
    }
}
