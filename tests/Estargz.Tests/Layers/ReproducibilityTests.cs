using System.Globalization;
using static Estargz.Layers.BuiltLayer;

namespace Estargz.Layers;

/// <summary>The same input gives the same bytes, whatever the machine does.</summary>
public class ReproducibilityTests
{
    private static IReadOnlyList<Entry> Entries { get; } = LayerOrder.Arrange(
        [.. Enumerable.Range(0, 400).Select(i => Some.File($"d/I{i}-ı-İ", Some.Bytes(i * 97 % 40_000, i)))], ["d/I7-ı-İ"]);

    [Fact]
    public async Task Any_number_of_workers()
    {
        var one = await WriteAsync(Entries, Options(10_000));
        foreach (int workers in new[] { 2, 3, 8 })
        {
            Assert.Equal(one.Blob, (await WriteAsync(Entries, Options(10_000, workers))).Blob);
        }

        await one.AssertValidAsync();
    }

    [Fact]
    public async Task Any_number_of_workers_with_the_managed_compressor()
    {
        var options = new LayerOptions(Compressor.Managed(6), 10_000, new WorkerPool(1));
        var one = await WriteAsync(Entries, options);
        Assert.Equal(one.Blob, (await WriteAsync(Entries, options with { Workers = new WorkerPool(8) })).Blob);
        Assert.Equal(one.Blob, (await WriteAsync(Entries, options with { Compressor = Compressor.Managed(6) })).Blob);
        await one.AssertValidAsync();
        Assert.Equal(Some.Bytes(399 * 97 % 40_000, 399), one.ReadFile("d/I399-ı-İ"));
    }

    [Fact]
    public async Task Any_culture()
    {
        using var folder = new ScratchFolder();
        foreach (var file in new[] { "a_b", "a-b", "aB", "Ab", "ıI", "iİ", "å", "z", "ä" })
        {
            folder.Write(file, "x"u8);
        }

        var invariant = await PublishAsync(folder.Path);
        var negative = await ConvertAsync(new TarBuilder().Pax("mtime=-1.5").Add("f").Ended);
        var culture = CultureInfo.CurrentCulture;
        try
        {
            // Made by hand, because the tests run where there is only the invariant culture: another minus, another
            // separator of decimals and of times.
            var other = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            other.NumberFormat.NegativeSign = "~";
            other.NumberFormat.NumberDecimalSeparator = ",";
            other.DateTimeFormat.TimeSeparator = ".";
            CultureInfo.CurrentCulture = other;
            Assert.Equal("~1", $"{-1}");
            Assert.Equal(invariant.Blob, (await PublishAsync(folder.Path)).Blob);
            Assert.Equal(negative.Blob, (await ConvertAsync(new TarBuilder().Pax("mtime=-1.5").Add("f").Ended)).Blob);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public async Task Any_order_of_creation_umask_time_or_place()
    {
        using var one = new ScratchFolder();
        using var other = new ScratchFolder();
        string[] names = [.. Enumerable.Range(0, 50).Select(i => $"{i % 3}/{i * 7919 % 50}")];
        foreach (var name in names)
        {
            one.Write(name, "content"u8);
        }

        foreach (var name in names.Reverse())
        {
            other.Write(name, "content"u8);
        }

        string[] modes = ["0600", "0640", "0644", "0664", "0444", "0666"];
        for (int i = 0; i < modes.Length; i++)
        {
            Shell.Run(other.Path, $"chmod {modes[i]} {names[i]}; touch -d 1999-01-0{i + 1} {names[i]}; chmod 0700 {i % 3}");
        }

        var expected = await PublishAsync(one.Path);
        Assert.Equal(expected.Blob, (await PublishAsync(other.Path)).Blob);
        Shell.Run(other.Path, $"chmod 0755 {names[0]}");
        Shell.Run(one.Path, $"chmod 0700 {names[0]}");
        Assert.NotEqual(expected.Blob, (await PublishAsync(other.Path)).Blob);
        Assert.Equal((await PublishAsync(one.Path)).Blob, (await PublishAsync(other.Path)).Blob);
    }

    private static async Task<BuiltLayer> PublishAsync(string folder)
    {
        var entries = AppLayer.Create(PublishFolder.List(folder, "/app/"), "/app/", 1654, AppLayer.DefaultModifiedSeconds, _ => null);
        return await WriteAsync(LayerOrder.Arrange(entries, []), Options(1000));
    }
}
