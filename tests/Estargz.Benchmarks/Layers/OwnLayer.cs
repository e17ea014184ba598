using Estargz.Images;
using Estargz.Layers;
using Estargz.Profiles;

namespace Estargz.Benchmarks.Layers;

/// <summary>A layer as this library builds it.</summary>
public static class OwnLayer
{
    /// <summary>Builds the layer of a publish folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="output">The blob.</param>
    /// <param name="cache">A cache that members are taken from, and that keeps this layer; or null.</param>
    public static async Task OfFolderAsync(string folder, string output, string? cache = null)
    {
        var files = PublishFolder.List(folder, "/app/");
        var entries = LayerOrder.Arrange(AppLayer.Create(files, "/app/", userId: 1654, AppLayer.DefaultModifiedSeconds, _ => null), LayerPrefetch.None);
        if (cache is null)
        {
            await using var blob = File.Create(output);
            await LayerWriter.WriteAsync(entries, LayerOptions.Default, blob, default);
            return;
        }

        using var members = new MemberCache(cache);
        using var cached = members.Create();
        cached.Complete(await LayerWriter.WriteAsync(entries, LayerOptions.Default, cached, default));

        // The blob stays in the cache; only its size is asked for here.
        await using var size = File.Create(output);
        size.SetLength(cached.Stream.Length);
    }

    /// <summary>Builds the layer of a tar archive, as those of base images are converted.</summary>
    /// <param name="tar">The archive.</param>
    /// <param name="output">The blob.</param>
    public static async Task OfTarAsync(string tar, string output)
    {
        await using var source = File.OpenRead(tar);
        using var layer = await SourceLayer.OpenAsync(source, MediaType.LayerTar, Path.GetDirectoryName(output)!, default);
        await using var blob = File.Create(output);
        await layer.ConvertAsync(LayerPrefetch.None, LayerOptions.Default, blob, default);
    }
}
