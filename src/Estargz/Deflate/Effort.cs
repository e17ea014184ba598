namespace Estargz.Deflate;

/// <summary>How hard matches are looked for.</summary>
/// <param name="Depth">How many earlier places with the same four bytes are looked at.</param>
/// <param name="Enough">A match of so many bytes is taken without looking further.</param>
/// <param name="Lookahead">For how many further places a better match is looked for, before one is taken: 0 to 2.</param>
/// <param name="Passes">How often the cheapest way is looked for; 0: matches are taken as they are found.</param>
internal readonly record struct Effort(int Depth, int Enough, int Lookahead, int Passes = 0)
{
    private static readonly Effort[] Levels =
    [
        new(2, 8, 0), new(4, 10, 0), new(6, 12, 0), new(16, 32, 0), new(12, 32, 1), new(24, 64, 1), new(64, 130, 1), new(128, 258, 2), new(24, 75, 0, 1),
    ];

    /// <summary>That of a level from 1 to 9.</summary>
    public static Effort Of(int level) => Levels[level - 1];
}
