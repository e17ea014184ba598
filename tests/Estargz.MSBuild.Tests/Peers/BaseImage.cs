using System.Security.Cryptography;

namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// A base image that .NET containers really run on: Debian packages and this machine's .NET, three plain gzip layers
/// (<c>tests/peers/base-image.sh</c>). Built once per machine.
/// </summary>
public static class BaseImage
{
    private static readonly SemaphoreSlim Building = new(1);

    /// <summary>Pushes it to a registry and returns its reference there: <c>127.0.0.1:40123/dotnet/aspnet:base</c>.</summary>
    public static async Task<string> PushAsync(DockerRegistry registry)
    {
        var reference = $"{registry.Host}/dotnet/aspnet:base";
        await Skopeo.PushAsync(await LayoutAsync() + ":base", reference);
        return reference;
    }

    /// <summary>The folder of its OCI image layout; the image's tag there is <c>base</c>.</summary>
    public static async Task<string> LayoutAsync()
    {
        // Another .NET, or another way to build it, is another image.
        var script = SourceTree.File("tests", "peers", "base-image.sh");
        var version = Convert.ToHexStringLower(SHA256.HashData([.. await File.ReadAllBytesAsync(script), .. Environment.Version.ToString().Select(c => (byte)c)]))[..12];
        var folder = SourceTree.Artifact("base-image");
        var stamp = Path.Combine(folder, "version");
        await Building.WaitAsync();
        try
        {
            if (!File.Exists(stamp) || await File.ReadAllTextAsync(stamp) != version)
            {
                (await Command.RunAsync("/bin/sh", [script, folder])).Succeeded();
                await File.WriteAllTextAsync(stamp, version);
            }
        }
        finally
        {
            Building.Release();
        }

        return Path.Combine(folder, "oci");
    }
}
