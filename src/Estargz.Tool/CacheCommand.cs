using System.CommandLine;
using Estargz.Layers;

namespace Estargz.Tool;

/// <summary><c>cache</c>: what earlier publishes left on this machine for later ones.</summary>
internal static class CacheCommand
{
    /// <summary>The command with those below it.</summary>
    public static Command Create()
    {
        var path = new Option<string?>("--path")
        {
            Description = "The folder that EstargzCachePath names; without this, the user's cache folder.",
            HelpName = "FOLDER",
            Recursive = true,
        };
        path.Validators.Add(result =>
        {
            if (result.GetValue(path) is { Length: 0 })
            {
                result.AddError("--path is empty. Give a folder, or leave it out.");
            }
        });
        var info = new Command("info", "Says where the cache is, what is in it and how large it is.");
        info.SetAction((parsed, cancellationToken) => CommandLine.CatchAsync(_ => Task.FromResult(Info(Folder(parsed.GetValue(path)))), cancellationToken));
        var clear = new Command("clear", "Removes what is in the cache. The next publish makes again what it needs.");
        clear.SetAction((parsed, cancellationToken) => CommandLine.CatchAsync(_ => Task.FromResult(Clear(Folder(parsed.GetValue(path)))), cancellationToken));
        return new Command("cache", "Looks after the converted base layers and compressed files that publishes keep.") { path, info, clear };
    }

    private static CacheFolder Folder(string? path)
    {
        var folder = path is null ? LayerCache.DefaultFolder(Environment.GetEnvironmentVariable) : Path.GetFullPath(path);
        return !File.Exists(folder) ? new CacheFolder(folder) : throw new EstargzException(
            DiagnosticCode.CacheUnusable, $"'{folder}' is a file, and a cache is a folder. Give the one that EstargzCachePath names.");
    }

    private static int Info(CacheFolder cache)
    {
        var (baseLayers, appLayers, size) = cache.Count();
        Terminal.Write(cache.Path);
        Terminal.Write($"{Terminal.Count(baseLayers, "converted base layer", "converted base layers")}, {Terminal.Count(appLayers, "layer of an app", "layers of apps")}, {Terminal.Size(size)}");
        return ExitCode.Success;
    }

    private static int Clear(CacheFolder cache)
    {
        long size = cache.Clear();
        Terminal.Write($"{cache.Path}: {Terminal.Size(size)} removed");
        return ExitCode.Success;
    }
}
