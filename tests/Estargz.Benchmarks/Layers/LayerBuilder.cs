using System.Globalization;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Benchmarks.Layers;

/// <summary>Who builds a layer.</summary>
/// <param name="Title">Its name in the table.</param>
/// <param name="NeedsFolder">Whether it cannot work with an archive alone.</param>
/// <param name="BuildAsync">Builds the layer of an input into a file, in a round.</param>
public sealed record LayerBuilder(string Title, bool NeedsFolder, Func<LayerInput, string, int, Task<Measured>> BuildAsync)
{
    /// <summary>What all others are compared with: the reference library as it is used when nobody says otherwise.</summary>
    public static LayerBuilder Reference { get; } = Library(9);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<LayerBuilder> All { get; } =
    [
        Reference,
        Library(6),
        new("Estargz, from the folder", true, (input, output, _) => Child.MeasureAsync("folder", input.Folder, output)),
        new("Estargz, from a tar", false, (input, output, _) => Child.MeasureAsync("tar", input.Tar, output)),
        new("Estargz, one file changed, the rest in the cache", true, ChangedAsync),
        new("the SDK's own layer (gzip, not seekable)", true, (input, output, _) => Child.MeasureAsync("sdk", input.Folder, output)),
        Shell("`pigz -6` (not seekable)", "pigz -6 -c"),
        Shell("`gzip -6` (not seekable)", "gzip -6 -c"),
    ];

    private static LayerBuilder Library(int level) => new(
        string.Create(CultureInfo.InvariantCulture, $"Go reference library, level {level}"),
        false,
        (input, output, _) => Measured.RunAsync(GoProgram.Path("build"), ["-level", level.ToString(CultureInfo.InvariantCulture), input.Tar, output]));

    private static LayerBuilder Shell(string title, string command) => new(
        title, false, (input, output, _) => Measured.RunAsync("/bin/sh", ["-c", $"exec {command} '{input.Tar}' >'{output}'"]));

    private static async Task<Measured> ChangedAsync(LayerInput input, string output, int round)
    {
        var cache = output + ".cache";
        if (round == 1)
        {
            await Child.MeasureAsync("cached", input.Folder, output, cache);
        }

        var file = Path.Combine(input.Folder, input.Changing!);
        var before = await File.ReadAllBytesAsync(file);
        try
        {
            await File.WriteAllBytesAsync(file, [.. before, (byte)round]);
            return await Child.MeasureAsync("cached", input.Folder, output, cache);
        }
        finally
        {
            await File.WriteAllBytesAsync(file, before);
        }
    }
}
