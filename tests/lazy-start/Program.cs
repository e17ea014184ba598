using Estargz.LazyStart;
using Estargz.MSBuild.Tests.Peers;

// How soon an image answers after a cold pull, in seconds, bytes and requests: the SDK's image, ours in several forms, and
// what the reference tool makes of the SDK's. A registry, a link as slow as asked for, containerd and its FUSE
// snapshotter are real; every start has a fresh containerd. Needs root and what tests/run.sh installs.
//
//   dotnet run -c Release --project tests/lazy-start -- [--runs 5] [--apps HelloWeb,HelloWeb+invariant,Shop,webapi,webapp,mvc]
//       [--links 20ms/100mbit,50ms/20mbit,none] [--variants stock,none,...]
//
// Prints one line a start as it goes, then a table for each app, in Markdown. Five runs of everything take about an hour
// and a half; nothing else should run on the machine.
var options = Options.Parse(args);
await using var registry = await DockerRegistry.StartAsync();
var baseImage = await BaseImage.PushAsync(registry);
using var package = new PackedPackage();
await package.InitializeAsync();
await using var link = await Link.StartAsync(registry);

var starts = new List<Start>();
var images = new List<AppImage>();
foreach (var app in options.Apps)
{
    images.AddRange(await app.PublishAsync(options.Variants, registry, baseImage, package));
}

// One run after the other of everything, so that a busy moment of the machine does not hit one image alone; and each run
// begins with another image, so that none always comes after the same one.
for (int run = 1; run <= options.Runs; run++)
{
    int first = run % images.Count;
    foreach (var image in images.Skip(first).Concat(images.Take(first)))
    {
        foreach (var shape in options.Links)
        {
            await shape.ApplyAsync(link);
            await using var containerd = await Containerd.StartAsync();
            var start = new Start(image, shape, await containerd.MeasureAsync(link, image.Reference, image.Variant.Lazy, image.App.Path));
            Console.Error.WriteLine($"run {run}: {start}");
            starts.Add(start);
        }
    }
}

Console.WriteLine(Table.Of([.. starts.OrderBy(start => images.IndexOf(start.Image))]));
