using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Estargz.TestImages;

/// <summary>
/// A base image made of this machine's own .NET runtime and the shared libraries it needs: what a machine with nothing
/// but the .NET SDK, and no way to a public registry, can publish on. On Linux it really runs ASP.NET Core apps. On other
/// systems, and for musl, where there is no such thing, it has the right shape (layers, folders, configuration) but
/// no program that a Linux container could start; publishing on it works all the same.
/// </summary>
public static class MachineBaseImage
{
    private const string DotnetRoot = "/usr/share/dotnet";
    private const string UserId = "1654";

    /// <summary>
    /// Writes the image as an OCI image layout with two or three layers, as a public base image has them: system,
    /// .NET runtime, ASP.NET Core. Equal machines give equal bytes.
    /// </summary>
    /// <param name="folder">The folder to write to; made when missing.</param>
    /// <param name="tag">The name of the image in <c>index.json</c>.</param>
    /// <returns>The image; its blobs are files in the folder.</returns>
    public static OciLayout Write(string folder, string tag = "latest")
    {
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
        var root = runtime.Parent!.Parent!.Parent!.FullName;
        var aspnet = Path.Combine(root, "shared", "Microsoft.AspNetCore.App", runtime.Name);
        var host = new[] { "dotnet", "dotnet.exe" }.Select(name => Path.Combine(root, name)).First(File.Exists);
        var resolver = Path.Combine(root, "host");

        var libraries = OperatingSystem.IsLinux()
            ? NativeLibraries.Of([host, .. Directory.GetFiles(resolver, "*", SearchOption.AllDirectories), .. runtime.EnumerateFiles().Select(file => file.FullName)])
            : null;
        var layers = new List<LayerFile> { SystemLayer(libraries), RuntimeLayer(host, resolver, runtime) };
        if (Directory.Exists(aspnet))
        {
            var layer = new LayerFile();
            layer.AddFolder($"{DotnetRoot}/shared/Microsoft.AspNetCore.App/{runtime.Name}", aspnet);
            layers.Add(layer);
        }

        var blobs = OciLayout.BlobFolder(folder);
        var written = layers.ConvertAll(layer => layer.WriteTo(blobs));
        return OciLayout.Write(folder, Configuration(written, HasIcu(libraries)), written, tag);
    }

    private static LayerFile SystemLayer(NativeLibraries? libraries)
    {
        var layer = new LayerFile();
        layer.AddText("/etc/passwd", $"root:x:0:0:root:/root:/sbin/nologin\napp:x:{UserId}:{UserId}::/home/app:/sbin/nologin\n");
        layer.AddText("/etc/group", $"root:x:0:\napp:x:{UserId}:\n");
        layer.AddText("/etc/nsswitch.conf", "hosts: files dns\n");
        layer.AddSharedFolder("/tmp");
        foreach (var certificates in new[] { "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt" }.Where(File.Exists).Take(1))
        {
            layer.AddFile(certificates, certificates);
        }

        if (libraries is { Interpreter: { } interpreter })
        {
            // All go where the C library is: that folder every loader searches, whatever its configuration was here.
            var folder = libraries.Files.TryGetValue("libc.so.6", out var libc) ? Path.GetDirectoryName(libc)! : "/usr/lib";
            layer.AddFile(interpreter, interpreter);
            foreach (var (name, file) in libraries.Files.Where(library => library.Key != Path.GetFileName(interpreter)))
            {
                layer.AddFile($"{folder}/{name}", file);
            }
        }

        return layer;
    }

    private static LayerFile RuntimeLayer(string host, string resolver, DirectoryInfo runtime)
    {
        var layer = new LayerFile();
        layer.AddFile($"{DotnetRoot}/dotnet", host);
        layer.AddFolder($"{DotnetRoot}/host", resolver);
        layer.AddFolder($"{DotnetRoot}/shared/Microsoft.NETCore.App/{runtime.Name}", runtime.FullName);
        layer.AddLink("/usr/bin/dotnet", "../share/dotnet/dotnet");
        return layer;
    }

    private static bool HasIcu(NativeLibraries? libraries) =>
        libraries is null || libraries.Files.Keys.Any(name => name.StartsWith("libicuuc", StringComparison.Ordinal));

    private static JsonObject Configuration(List<Blob> layers, bool icu)
    {
        var environment = new JsonArray(
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "ASPNETCORE_HTTP_PORTS=8080",
            $"APP_UID={UserId}",
            "DOTNET_RUNNING_IN_CONTAINER=true");
        if (!icu)
        {
            environment.Add("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=true");
        }

        return new JsonObject
        {
            ["architecture"] = RuntimeInformation.OSArchitecture switch { Architecture.X64 => "amd64", var other => other.ToString().ToLowerInvariant() },
            ["os"] = "linux",
            ["config"] = new JsonObject { ["Env"] = environment },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. layers.Select(layer => (JsonNode?)layer.DiffId)]) },
            ["history"] = new JsonArray([.. layers.Select(_ => new JsonObject { ["created_by"] = "this machine" })]),
        };
    }
}
