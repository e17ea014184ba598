namespace Estargz.MSBuild.Tests.Peers;

/// <summary>umoci: unpacks images to folders, and knows nothing of eStargz.</summary>
public static class Umoci
{
    /// <summary>Unpacks an image of an OCI image layout; needs root, to keep owners.</summary>
    /// <param name="layout"><c>FOLDER:TAG</c>.</param>
    /// <param name="bundle">The folder to make.</param>
    /// <returns>The root folder of the image's files.</returns>
    public static async Task<string> UnpackAsync(string layout, string bundle)
    {
        (await Command.RunAsync("umoci", ["unpack", "--image", layout, bundle])).Succeeded();
        return Path.Combine(bundle, "rootfs");
    }
}
