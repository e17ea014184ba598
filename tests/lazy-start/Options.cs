namespace Estargz.LazyStart;

/// <summary>What is measured.</summary>
/// <param name="Runs">Starts of each image over each link; an odd number has a median that was measured.</param>
/// <param name="Apps">The apps.</param>
/// <param name="Links">The links between registry and containerd.</param>
/// <param name="Variants">The images of each app.</param>
public sealed record Options(int Runs, IReadOnlyList<App> Apps, IReadOnlyList<Shape> Links, IReadOnlyList<Variant> Variants)
{
    /// <summary>Reads the command line; everything that is not given has its default.</summary>
    /// <exception cref="ArgumentException">An option or a name that there is not.</exception>
    public static Options Parse(IReadOnlyList<string> arguments)
    {
        var options = new Options(5, App.Samples, Shape.All, Variant.All);
        foreach (var pair in arguments.Chunk(2))
        {
            string[] values = pair.Length == 2 ? pair[1].Split(',') : throw new ArgumentException($"{pair[0]} has no value.");
            options = pair[0] switch
            {
                "--runs" => options with { Runs = int.Parse(values[0], System.Globalization.CultureInfo.InvariantCulture) },
                "--apps" => options with { Apps = [.. values.Select(App.Named)] },
                "--links" => options with { Links = [.. values.Select(Shape.Parse)] },
                "--variants" => options with { Variants = [.. values.Select(name => Variant.All.Single(variant => variant.Name == name))] },
                _ => throw new ArgumentException($"There is no option {pair[0]}."),
            };
        }

        return options;
    }
}
