using System.Text;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Benchmarks.Layers;

/// <summary>Files that layers are made of. They are made once, into <c>artifacts/benchmarks</c>.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">Its name in the table.</param>
/// <param name="Changing">The file that a change of the app changes; null where layers are not made of a folder.</param>
public sealed record LayerInput(string Name, string Title, string? Changing)
{
    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(input => input.Name)];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<LayerInput> All { get; } =
    [
        new("aspnet", "self-contained ASP.NET app", "app.dll"),
        new("small", "framework-dependent app", "app.dll"),
        new("base", "600 MB of base layers", null),
        new("tiny", "20,000 tiny files", "folder00/file00000.txt"),
    ];

    /// <summary>The folder; for <c>base</c> it does not exist.</summary>
    public string Folder => SourceTree.Artifact("benchmarks", Name);

    /// <summary>The same as a tar archive.</summary>
    public string Tar => Folder + ".tar";

    /// <summary>The files of <c>base</c>, a path in a line, relative to the root of this machine.</summary>
    public string List => Folder + ".list";

    /// <summary>Makes folder and archive, if they are not there.</summary>
    public async Task<LayerInput> MakeAsync()
    {
        if (File.Exists(Tar))
        {
            return this;
        }

        Directory.CreateDirectory(SourceTree.Artifact("benchmarks"));
        switch (Name)
        {
            case "base":
                await ShellAsync($$"""
                    cd / && for folder in usr/share/dotnet/shared usr/lib/x86_64-linux-gnu; do
                      find "$folder" -type f -links 1 ! -name '*.a' ! -path '*/fpc/*' -printf '%s %p\n' | LC_ALL=C sort -k 2
                    done | awk 'n + $1 <= 600000000 { n += $1; print substr($0, index($0, " ") + 1) }' >'{{List}}' &&
                      tar --owner=0 --group=0 --numeric-owner --format=gnu -cf '{{Tar}}.part' -T '{{List}}'
                    """);
                break;
            case "tiny":
                WriteTinyFiles();
                await TarFolderAsync();
                break;
            default:
                using (var app = await PublishedApp.FromTemplateAsync("web"))
                {
                    string[] self = Name == "aspnet" ? ["--runtime", "linux-x64", "--self-contained"] : [];
                    (await app.PublishAsync(["--output", Folder, .. self])).Succeeded();
                }

                await TarFolderAsync();
                break;
        }

        // Whoever finds the archive finds all of it.
        File.Move(Tar + ".part", Tar);
        return this;
    }

    private Task TarFolderAsync() => ShellAsync(
        $"tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@315532800 --format=gnu -C '{Folder}' -cf '{Tar}.part' .");

    private static async Task ShellAsync(string script) => (await Command.RunAsync("/bin/sh", ["-c", script])).Succeeded();

    /// <summary>Pieces of the library's source in 100 folders; sizes are log-normal with a mean of 1.6 KB.</summary>
    private void WriteTinyFiles()
    {
        var text = new StringBuilder();
        foreach (var file in Directory.EnumerateFiles(SourceTree.File("src", "Estargz"), "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            text.Append(File.ReadAllText(file));
        }

        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            var folder = Directory.CreateDirectory(Path.Combine(Folder, $"folder{i / 200:00}"));
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            int size = Math.Clamp((int)Math.Exp(6.88 + normal), 1, 100_000);
            using var file = File.Create(Path.Combine(folder.FullName, $"file{i:00000}.txt"));
            file.Write(bytes, random.Next(bytes.Length - size), size);
        }
    }
}
