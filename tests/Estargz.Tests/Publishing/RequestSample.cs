using Estargz.Images;
using Estargz.Publishing;

namespace Estargz.Tests.Publishing;

/// <summary>A publish that is planned, and pushed nowhere.</summary>
internal static class RequestSample
{
    /// <summary>What to publish: an app with the name <c>app</c>, for 64-bit Linux.</summary>
    /// <param name="folder">The publish folder, and the cache.</param>
    /// <param name="workingDirectory">Where it goes in the image.</param>
    public static PublishRequest Create(string folder, string workingDirectory = "/app/")
    {
        var name = Reference.Parse("registry.example.com/app:1", "this test");
        return new PublishRequest
        {
            BaseImage = name,
            Target = name,
            Tags = [],
            Platform = new Platform("linux", "amd64"),
            PublishFolder = folder,
            WorkingDirectory = workingDirectory,
            Startup = new StartupOptions { Assembly = "app", RuntimeIdentifier = "linux-x64" },
            CacheFolder = folder,
        };
    }
}
