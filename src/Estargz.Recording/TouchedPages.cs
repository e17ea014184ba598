using System.Collections.Immutable;
using System.Globalization;

namespace Estargz.Recording;

/// <summary>
/// The pages of a file that were read, by number; a page is 4 KiB. Its text is what a start-up profile has after
/// <c>pages=</c>: <c>0-3,120</c>, ranges with both ends, ascending.
/// </summary>
public sealed record TouchedPages
{
    /// <summary>The size of a page in bytes, whatever the machine's is.</summary>
    public const int PageSize = 4096;

    private readonly string _text;

    private TouchedPages(string text) => _text = text;

    /// <summary>Pages by their numbers, in any order.</summary>
    public static TouchedPages Of(IEnumerable<int> numbers)
    {
        var ranges = new List<(int First, int Last)>();
        foreach (int number in numbers.Order())
        {
            if (ranges.Count > 0 && number <= ranges[^1].Last + 1)
            {
                ranges[^1] = (ranges[^1].First, number);
            }
            else
            {
                ranges.Add((number, number));
            }
        }

        return new TouchedPages(string.Join(',', ranges.Select(r => Text(r.First) + (r.First == r.Last ? "" : "-" + Text(r.Last)))));
    }

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _text.Length == 0;

    /// <summary>The numbers, ascending.</summary>
    public ImmutableArray<int> Numbers =>
        [.. _text.Split(',', StringSplitOptions.RemoveEmptyEntries).SelectMany(range =>
        {
            var ends = range.Split('-');
            int first = int.Parse(ends[0], CultureInfo.InvariantCulture);
            return Enumerable.Range(first, int.Parse(ends[^1], CultureInfo.InvariantCulture) - first + 1);
        })];

    /// <summary>The pages of both.</summary>
    public TouchedPages Union(TouchedPages other) => Of(Numbers.Union(other.Numbers));

    /// <inheritdoc/>
    public override string ToString() => _text;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
