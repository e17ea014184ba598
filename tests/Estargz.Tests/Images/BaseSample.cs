using System.Formats.Tar;
using System.IO.Compression;
using Estargz.Images;
using Estargz.Testing;

namespace Estargz.Tests.Images;

/// <summary>The smallest base image, <c>base:1</c> of a registry, and what the SDK makes of it.</summary>
internal static class BaseSample
{
    /// <summary>Puts it into the registry: a layer with one file of one byte.</summary>
    public static Image Push(TestRegistry server, string file, string? entrypoint = null) =>
        Push(server, [new UstarTarEntry(TarEntryType.RegularFile, file) { DataStream = new MemoryStream([1]) }], entrypoint);

    /// <summary>Puts it into the registry: a layer with these entries.</summary>
    public static Image Push(TestRegistry server, IEnumerable<TarEntry> entries, string? entrypoint = null)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        using var blob = new MemoryStream();
        using (var gzip = new GZipStream(blob, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(tar.ToArray());
        }

        var layer = server.Storage.AddBlob("base", blob.ToArray());
        var settings = entrypoint is null ? "" : $"'Entrypoint':['{entrypoint}']";
        var config = ImageSample.Content(
            MediaType.Config,
            $"{{'architecture':'amd64','os':'linux','config':{{{settings}}},'rootfs':{{'type':'layers','diff_ids':['{Storage.DigestOf(tar.ToArray())}']}}}}");
        server.Storage.AddBlob("base", config.Bytes.ToArray());
        var manifest = ImageSample.Content(
            MediaType.Manifest,
            ManifestOf($"'digest':'{config.Digest}','size':{config.Bytes.Length}", $"'digest':'{layer}','size':{blob.Length}"));
        server.Storage.AddManifest("base", MediaType.Manifest, manifest.Bytes.ToArray(), "1");
        return Image.Create(Manifest.Parse(manifest, "the base"), ImageConfig.Parse(config, "the base"), "the base");
    }

    /// <summary>A placeholder on the base's layer, and settings; made at the beginning of 2001.</summary>
    public static Image SdkImage(Image baseImage)
    {
        var config = ImageSample.ReadConfig(
            $"{{'architecture':'amd64','os':'linux','created':'2001-01-01T00:00:00Z',"
            + $"'config':{{'Cmd':['dotnet'],'Labels':{{'label':'a label','{Annotation.Created}':'2001-01-01T00:00:00Z'}}}},"
            + $"'rootfs':{{'type':'layers','diff_ids':['{baseImage.Config.DiffIds[0]}','~0']}}}}");
        var layer = baseImage.Manifest.Layers[0];
        var manifest = ImageSample.ReadManifest(ManifestOf("'digest':'~1','size':1", $"'digest':'{layer.Digest}','size':{layer.Size}", "'digest':'~2','size':1"));
        return Image.Create(manifest, config, "the SDK's image");
    }

    private static string ManifestOf(string config, params string[] layers) =>
        $"{{'schemaVersion':2,'mediaType':'{MediaType.Manifest}','config':{{'mediaType':'{MediaType.Config}',{config}}},"
        + $"'layers':[{string.Join(',', layers.Select(layer => $"{{'mediaType':'{MediaType.LayerGzip}',{layer}}}"))}]}}";
}
