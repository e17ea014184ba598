using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Parity;

/// <summary>
/// A small base image with one of everything that a configuration and a layer can have. Nothing in it runs: the matrix
/// compares images and starts none.
/// </summary>
public static class ParityBase
{
    /// <summary>For linux/amd64 and linux/arm64/v8, with OCI's media types.</summary>
    public const string Index = "parity/base:index";

    /// <summary>For linux/amd64, with Docker's media types; it has an entrypoint and a user, and no <c>APP_UID</c>.</summary>
    public const string Docker = "parity/docker:1";

    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_600_000_000);

    /// <summary>Pushes both.</summary>
    public static async Task PushAsync(string host)
    {
        var repository = Repository.Of($"{host}/{Index}");
        JsonArray entries = [];
        foreach (var (architecture, variant) in new[] { ("amd64", null), ("arm64", "v8") })
        {
            var (digest, size) = await PushAsync(repository, null, Repository.ManifestType, "application/vnd.oci.image.config.v1+json", "application/vnd.oci.image.layer.v1.tar+gzip", architecture, variant,
                Settings());
            var platform = new JsonObject { ["architecture"] = architecture, ["os"] = "linux" };
            if (variant is not null)
            {
                platform["variant"] = variant;
            }

            entries.Add(new JsonObject { ["mediaType"] = Repository.ManifestType, ["digest"] = digest, ["size"] = size, ["platform"] = platform });
        }

        await repository.PushManifestAsync("index", Repository.IndexType, new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = Repository.IndexType, ["manifests"] = entries });

        var settings = Settings();
        settings["User"] = "1000:1000";
        settings["Entrypoint"] = new JsonArray("/bin/tini", "--");
        settings["Env"] = new JsonArray("PATH=/usr/bin:/bin", "WITH_EQUALS=a=b=c");
        await PushAsync(
            Repository.Of($"{host}/{Docker}"), "1", "application/vnd.docker.distribution.manifest.v2+json", "application/vnd.docker.container.image.v1+json", "application/vnd.docker.image.rootfs.diff.tar.gzip", "amd64", null, settings);
    }

    private static JsonObject Settings() => new()
    {
        ["Env"] = new JsonArray("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "APP_UID=1654", "ASPNETCORE_HTTP_PORTS=8080"),
        ["ExposedPorts"] = new JsonObject { ["9090/tcp"] = new JsonObject() },
        ["Labels"] = new JsonObject { ["base.label"] = "kept" },
        ["Volumes"] = new JsonObject { ["/data"] = new JsonObject() },
        ["StopSignal"] = "SIGQUIT",
        ["WorkingDir"] = "/srv",
        ["Cmd"] = new JsonArray("/bin/sh"),
        ["Healthcheck"] = new JsonObject { ["Test"] = new JsonArray("CMD", "/bin/healthy"), ["Interval"] = 30_000_000_000 },
        ["Shell"] = new JsonArray("/bin/sh", "-c"),
    };

    private static async Task<(string Digest, int Size)> PushAsync(
        Repository repository, string? tag, string manifestType, string configType, string layerType, string architecture, string? variant, JsonObject settings)
    {
        JsonArray layers = [], diffIds = [];
        foreach (var tar in new[] { System(), Runtime() })
        {
            using var blob = new MemoryStream();
            using (var gzip = new GZipStream(blob, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(tar);
            }

            layers.Add(new JsonObject
            {
                ["mediaType"] = layerType,
                ["digest"] = await repository.PushBlobAsync(blob.ToArray()),
                ["size"] = blob.Length,
                ["annotations"] = new JsonObject { ["org.example.layer"] = "of the base" },
            });
            diffIds.Add(Repository.Digest(tar));
        }

        var config = new JsonObject
        {
            ["architecture"] = architecture,
            ["os"] = "linux",
            ["os.version"] = "12.5",
            ["created"] = Time.ToString("o"),
            ["author"] = "Somebody",
            ["config"] = settings,
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = diffIds },
            ["history"] = new JsonArray(
                new JsonObject { ["created"] = "2020-09-13T12:26:40Z", ["created_by"] = "ADD system", ["author"] = "Somebody" },
                new JsonObject { ["created"] = "2020-09-13T12:26:41Z", ["created_by"] = "ENV APP_UID=1654", ["empty_layer"] = true, ["comment"] = "no layer" },
                new JsonObject { ["created"] = "2020-09-13T12:26:42Z", ["created_by"] = "COPY runtime" }),
        };
        if (variant is not null)
        {
            config["variant"] = variant;
        }

        var bytes = Encoding.UTF8.GetBytes(config.ToJsonString());
        return await repository.PushManifestAsync(tag, manifestType, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = manifestType,
            ["config"] = new JsonObject { ["mediaType"] = configType, ["digest"] = await repository.PushBlobAsync(bytes), ["size"] = bytes.Length },
            ["layers"] = layers,
        });
    }

    private static byte[] System() => Tar(
        Folder("usr", "755"), Folder("usr/bin", "755"), Folder("etc", "755"), Folder("tmp", "1777"), Folder("srv", "750", 33, 34), Folder("srv/old", "700"),
        File("usr/bin/su", "4755", "su"), File("usr/bin/wall", "2755", "wall", 0, 5), File("etc/secret", "600", "hush"), File("srv/old/page", "644", "gone soon"), File("etc/gone", "644", "gone"),
        Link(TarEntryType.SymbolicLink, "bin", "usr/bin"), Link(TarEntryType.SymbolicLink, "usr/bin/sh", "su"), Link(TarEntryType.HardLink, "usr/bin/sudo", "usr/bin/su"),
        new PaxTarEntry(TarEntryType.Fifo, "tmp/pipe") { ModificationTime = Time }, File("etc/" + new string('n', 180), "644", "a long name"), File("etc/naïve", "644", "a name with an accent"));

    private static byte[] Runtime() => Tar(
        Folder("usr/share", "755"), Folder("usr/share/dotnet", "755"), File("usr/share/dotnet/dotnet", "755", new string('x', 100_000)), File("usr/share/dotnet/empty", "644", ""),
        File("etc/.wh.gone", "644", ""), File("srv/old/.wh..wh..opq", "644", ""), File("srv/old/new", "640", "new", 1654, 1654));

    private static byte[] Tar(params TarEntry[] entries)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        return stream.ToArray();
    }

    private static PaxTarEntry Folder(string name, string mode, int user = 0, int group = 0) =>
        new(TarEntryType.Directory, name + "/") { Mode = Mode(mode), Uid = user, Gid = group, ModificationTime = Time };

    private static PaxTarEntry File(string name, string mode, string content, int user = 0, int group = 0) =>
        new(TarEntryType.RegularFile, name) { Mode = Mode(mode), Uid = user, Gid = group, ModificationTime = Time, DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };

    private static PaxTarEntry Link(TarEntryType type, string name, string target) => new(type, name) { LinkName = target, Mode = Mode("777"), ModificationTime = Time };

    private static UnixFileMode Mode(string octal) => (UnixFileMode)Convert.ToInt32(octal, 8);
}
