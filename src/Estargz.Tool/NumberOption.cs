using System.CommandLine;
using System.Globalization;

namespace Estargz.Tool;

/// <summary>An option that takes a whole number within limits.</summary>
internal static class NumberOption
{
    /// <summary>Makes one.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">What it is for.</param>
    /// <param name="helpName">What the number counts.</param>
    /// <param name="otherwise">The number where none is given.</param>
    /// <param name="min">The smallest.</param>
    /// <param name="max">The largest.</param>
    public static Option<int> Create(string name, string description, string helpName, int otherwise, int min, int max) => new(name)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => otherwise,
        CustomParser = result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max)
            {
                return number;
            }

            result.AddError($"{name} has to be a number from {min} to {max}.");
            return otherwise;
        },
    };
}
