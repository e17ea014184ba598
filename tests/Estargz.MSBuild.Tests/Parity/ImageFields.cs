using System.Formats.Tar;
using System.Text.Json.Nodes;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Parity;

/// <summary>
/// Everything that a registry says of an image, as fields with a name and a text, so that two images can be compared
/// field by field: tags, index, manifests, configurations, and each file as the layers, one over the other, show it.
/// </summary>
public sealed class ImageFields
{
    private readonly SortedDictionary<string, string> _fields = new(StringComparer.Ordinal);
    private readonly Repository _repository;
    private readonly Dictionary<string, (IReadOnlyList<TarFile> Files, string DiffId)> _layers;

    private ImageFields(Repository repository, Dictionary<string, (IReadOnlyList<TarFile> Files, string DiffId)> layers) => (_repository, _layers) = (repository, layers);

    /// <summary>Reads the image of a repository, of all platforms.</summary>
    /// <param name="repository">Where; all its tags have to be of one image, or of one and its platforms.</param>
    /// <param name="layers">Layers that were read before, by digest.</param>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        Repository repository, Dictionary<string, (IReadOnlyList<TarFile> Files, string DiffId)> layers)
    {
        var fields = new ImageFields(repository, layers);
        var tags = await repository.TagsAsync();
        var manifests = new Dictionary<string, JsonNode>();
        foreach (var tag in tags)
        {
            manifests[tag] = await repository.ManifestAsync(tag);
        }

        // Of a stock index, each platform has a tag of its own.
        var image = manifests.Values.FirstOrDefault(manifest => manifest["manifests"] is not null) ?? manifests.Values.First();
        foreach (var (tag, manifest) in manifests)
        {
            fields.Add("tag", tag, JsonNode.DeepEquals(manifest, image) ? "the image" : "another image");
        }

        await fields.AddImageAsync(image);
        return fields._fields;
    }

    private async Task AddImageAsync(JsonNode image)
    {
        if (image["manifests"] is not JsonArray entries)
        {
            await AddManifestAsync("", image);
            return;
        }

        AddJson("index", image, "manifests");
        foreach (var entry in entries)
        {
            var name = $"{entry!["platform"]!["os"]}-{entry["platform"]!["architecture"]} ";
            AddJson(name + "entry", entry, "digest", "size");
            await AddManifestAsync(name, await _repository.ManifestAsync((string)entry["digest"]!));
        }
    }

    private async Task AddManifestAsync(string name, JsonNode manifest)
    {
        AddJson(name + "manifest", manifest, "layers", "config");
        AddJson(name + "manifest/config", manifest["config"]!, "digest", "size");
        var config = JsonNode.Parse(await _repository.BlobAsync((string)manifest["config"]!["digest"]!))!;
        AddJson(name + "config", config, "rootfs", "history");
        AddList(name + "history", config["history"]);
        var layers = manifest["layers"]!.AsArray();
        Assert.Equal(layers.Count, config["rootfs"]!["diff_ids"]!.AsArray().Count);
        Assert.Equal(layers.Count, config["history"]!.AsArray().Count(entry => (bool?)entry!["empty_layer"] != true));
        var files = new SortedDictionary<string, TarFile>(StringComparer.Ordinal);
        for (int i = 0; i < layers.Count; i++)
        {
            AddJson($"{name}layer/{i}", layers[i]!, "digest", "size");
            Apply(await LayerAsync((string)layers[i]!["digest"]!, (string)config["rootfs"]!["diff_ids"]![i]!), files);
        }

        foreach (var file in files.Values)
        {
            AddFile($"{name}file", file);
        }
    }

    private async Task<IReadOnlyList<TarFile>> LayerAsync(string digest, string diffId)
    {
        if (!_layers.TryGetValue(digest, out var layer))
        {
            _layers[digest] = layer = TarFile.Read(await _repository.BlobAsync(digest));
        }

        Assert.Equal(diffId, layer.DiffId);
        return layer.Files;
    }

    /// <summary>Puts a layer over those below (OCI image spec, layer.md, "Applying Changesets").</summary>
    private static void Apply(IReadOnlyList<TarFile> layer, SortedDictionary<string, TarFile> files)
    {
        const string Whiteout = ".wh.", Opaque = ".wh..wh..opq";
        foreach (var file in layer.Where(file => file.Path.Split('/')[^1].StartsWith(Whiteout, StringComparison.Ordinal)))
        {
            var (folder, name) = (file.Path[..(file.Path.LastIndexOf('/') + 1)], file.Path.Split('/')[^1]);
            foreach (var path in files.Keys.Where(path => name == Opaque
                ? path.StartsWith(folder, StringComparison.Ordinal)
                : path == folder + name[Whiteout.Length..] || path.StartsWith(folder + name[Whiteout.Length..] + "/", StringComparison.Ordinal)).ToList())
            {
                files.Remove(path);
            }
        }

        foreach (var file in layer.Where(file => !file.Path.Split('/')[^1].StartsWith(Whiteout, StringComparison.Ordinal)))
        {
            files[file.Path] = file;
        }
    }

    private void AddFile(string name, TarFile file)
    {
        Add(name, file.Path + "#type", file.Type is TarEntryType.V7RegularFile ? "RegularFile" : file.Type.ToString());
        Add(name, file.Path + "#mode", file.Mode);
        Add(name, file.Path + "#owner", file.Owner);
        Add(name, file.Path + "#link", file.Link);
        Add(name, file.Path + "#time", $"{file.Time}");
        Add(name, file.Path + "#content", file.Content);
    }

    /// <summary>An object's fields, and theirs; a list is one field, but for variables, which have names.</summary>
    private void AddJson(string name, JsonNode json, params string[] except)
    {
        foreach (var (key, value) in json.AsObject().Where(pair => !except.Contains(pair.Key)))
        {
            if (value is JsonObject { Count: > 0 })
            {
                AddJson($"{name}/{key}", value);
            }
            else if (key == "Env")
            {
                value!.AsArray().Select(variable => ((string)variable!).Split('=', 2)).ToList().ForEach(variable => Add($"{name}/Env", variable[0], variable[1]));
            }
            else
            {
                Add(name, key, value?.ToJsonString() ?? "null");
            }
        }
    }

    private void AddList(string name, JsonNode? list)
    {
        foreach (var (i, entry) in list!.AsArray().Index())
        {
            AddJson($"{name}/{i}", entry!);
        }
    }

    private void Add(string name, string key, string value) => _fields.Add($"{name}/{key}", value);
}
