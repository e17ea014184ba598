using System.Globalization;

namespace Estargz.Benchmarks;

/// <summary>What is measured.</summary>
/// <param name="Runs">Rounds; an odd number has a median that was measured.</param>
/// <param name="Names">Which parts.</param>
public sealed record Options(int Runs, IReadOnlyList<string> Names)
{
    /// <summary>Reads the command line; what is not given has its default.</summary>
    /// <param name="arguments">Pairs of an option and its value.</param>
    /// <param name="option">The option that chooses parts.</param>
    /// <param name="names">All parts.</param>
    /// <exception cref="ArgumentException">An option or a part that there is not.</exception>
    public static Options Parse(IReadOnlyList<string> arguments, string option, IReadOnlyList<string> names)
    {
        var options = new Options(5, names);
        foreach (var pair in arguments.Chunk(2))
        {
            var value = pair.Length == 2 ? pair[1] : throw new ArgumentException($"{pair[0]} has no value.");
            options = pair[0] switch
            {
                "--runs" => options with { Runs = int.Parse(value, CultureInfo.InvariantCulture) },
                _ when pair[0] == option => options with { Names = value.Split(',') },
                _ => throw new ArgumentException($"There is no option {pair[0]}."),
            };
        }

        return options.Names.Except(names).ToList() is [var unknown, ..]
            ? throw new ArgumentException($"There is no '{unknown}' for {option}: {string.Join(", ", names)}.")
            : options;
    }
}
