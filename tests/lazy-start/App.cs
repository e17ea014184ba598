using Estargz.MSBuild.Tests.Peers;

namespace Estargz.LazyStart;

/// <summary>An app that is measured: a sample of this repository.</summary>
/// <param name="Name">Its name on the command line and in the table.</param>
/// <param name="Sample">Its folder in <c>samples/</c>.</param>
/// <param name="Path">What it is asked for.</param>
/// <param name="Properties">What is set in all its publishes.</param>
public sealed record App(string Name, string Sample, string Path, params (string Name, string Value)[] Properties)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<App> All { get; } =
    [
        new("HelloWeb", "HelloWeb", "/"),
        new("HelloWeb+invariant", "HelloWeb", "/", ("InvariantGlobalization", "true")),
        new("Shop", "Shop", "/"),
    ];

    /// <summary>The app of that name.</summary>
    public static App Named(string name) => All.Single(app => app.Name == name);

    /// <summary>Publishes it in several ways.</summary>
    public async Task<IReadOnlyList<AppImage>> PublishAsync(
        IReadOnlyList<Variant> variants, DockerRegistry registry, string baseImage, PackedPackage package)
    {
        using var app = PublishedApp.FromSample(Sample, package);
        var images = new List<AppImage>();

        // A recording is found by itself: those that are to be without one come first.
        foreach (var variant in variants.OrderBy(variant => variant.Recorded))
        {
            var reference = $"{registry.Host}/{Name.ToLowerInvariant().Replace('+', '-')}:{variant.Name}";
            if (variant.Recorded && !File.Exists(System.IO.Path.Combine(app.Folder, "startup-profile.txt")))
            {
                (await app.PublishAsync(["-t:RecordStartupProfile", .. Properties.Select(p => $"-p:{p.Name}={p.Value}")])).Succeeded();
            }

            var output = "";
            if (variant.Maker == Maker.ReferenceTool)
            {
                var source = $"{reference}-source";
                await PublishAsync(app, baseImage, source, [("EstargzEnabled", "false")]);
                await using var containerd = await Containerd.StartAsync();
                await containerd.OptimizeAsync(source, reference, Path);
            }
            else
            {
                output = await PublishAsync(app, baseImage, reference, variant.Maker == Maker.Sdk ? [("EstargzEnabled", "false")] : variant.Properties);
            }

            Console.Error.WriteLine($"published {Name}, {variant.Title}");
            images.Add(new AppImage(this, variant, reference, Predictions.Read(output)));
        }

        return [.. images.OrderBy(image => variants.ToList().IndexOf(image.Variant))];
    }

    private async Task<string> PublishAsync(PublishedApp app, string baseImage, string reference, IEnumerable<(string Name, string Value)> properties) =>
        (await app.PublishContainerAsync(baseImage, reference, Properties.Concat(properties).ToDictionary(p => p.Name, p => p.Value))).Succeeded().Output;
}
