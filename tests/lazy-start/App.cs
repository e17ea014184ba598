using Estargz.MSBuild.Tests.Peers;

namespace Estargz.LazyStart;

/// <summary>An app that is measured.</summary>
/// <param name="Name">Its name on the command line and in the table.</param>
/// <param name="CreateAsync">Makes the project.</param>
/// <param name="Path">What it is asked for.</param>
/// <param name="Properties">What is set in all its publishes.</param>
public sealed record App(string Name, Func<PackedPackage, Task<PublishedApp>> CreateAsync, string Path, params (string Name, string Value)[] Properties)
{
    /// <summary>Those of the tables: samples of this repository.</summary>
    public static IReadOnlyList<App> Samples { get; } =
    [
        Sample("HelloWeb", "HelloWeb"),
        Sample("HelloWeb+invariant", "HelloWeb", ("InvariantGlobalization", "true")),
        Sample("Shop", "Shop"),
    ];

    /// <summary>Templates of the SDK: apps that nothing here was made for.</summary>
    public static IReadOnlyList<App> Templates { get; } = [Template("webapi", "/weatherforecast"), Template("webapp", "/"), Template("mvc", "/")];

    /// <summary>The app of that name.</summary>
    public static App Named(string name) => Samples.Concat(Templates).Single(app => app.Name == name);

    private static App Sample(string name, string folder, params (string Name, string Value)[] properties) =>
        new(name, package => Task.FromResult(PublishedApp.FromSample(folder, package)), "/", properties);

    private static App Template(string name, string path) => new(name, package => PublishedApp.FromTemplateAsync(name, package), path);

    /// <summary>Publishes it in several ways.</summary>
    public async Task<IReadOnlyList<AppImage>> PublishAsync(
        IReadOnlyList<Variant> variants, DockerRegistry registry, string baseImage, PackedPackage package)
    {
        using var app = await CreateAsync(package);
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
