using System.Globalization;
using Estargz.Benchmarks.Layers;
using Estargz.Benchmarks.Publishes;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.Benchmarks;

/// <summary>One piece of work in a process of its own, so that what it takes can be told from everything else.</summary>
public static class Child
{
    /// <summary>Starts this program again for one piece of work.</summary>
    public static async Task<Measured> MeasureAsync(params string[] arguments) =>
        await Measured.RunAsync(Dotnet.Program, [await ShippedProgram.PathAsync(), "child", .. arguments]);

    /// <summary>Does the work.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        await (arguments switch
        {
            ["folder", var folder, var output] => OwnLayer.OfFolderAsync(folder, output),
            ["cached", var folder, var output, var cache] => OwnLayer.OfFolderAsync(folder, output, cache),
            ["tar", var tar, var output] => OwnLayer.OfTarAsync(tar, output),
            ["sdk", var folder, var output] => SdkLayer.OfFolderAsync(folder, output),
            ["push", var host, var repository, var file, var digest] => BlobPush.RunAsync(host, repository, file, digest),
            _ => throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"No work: {string.Join(' ', arguments)}")),
        });
        return 0;
    }
}
