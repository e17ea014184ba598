namespace Estargz.Deflate;

/// <summary>How hard matches are looked for.</summary>
/// <param name="Depth">How many earlier places with the same four bytes are looked at.</param>
/// <param name="Enough">A match of so many bytes is taken without looking further.</param>
/// <param name="Lookahead">For how many further places a better match is looked for, before one is taken: 0 to 2.</param>
/// <param name="Near">A match of three bytes from further away takes more bits than its literals.</param>
/// <param name="Passes">How often the cheapest way is looked for; 0: matches are taken as they are found.</param>
internal readonly record struct Effort(int Depth, int Enough, int Lookahead, int Near, int Passes = 0)
{
    /// <summary>Below so many bytes content costs little, whatever the effort; it is most of an image of tiny files.</summary>
    private const int Short = 16 << 10;

    private static readonly Effort[] Levels =
    [
        new(2, 8, 0, 1024), new(4, 10, 0, 1024), new(6, 12, 0, 1024), new(16, 32, 0, 1024),
        new(12, 32, 1, 4096), new(24, 64, 1, 4096), new(64, 130, 1, 4096), new(128, 258, 2, 4096),
        new(24, 75, 0, 1024, Passes: 1),
    ];

    private static readonly Effort ForShort = new(24, 64, 1, 256);

    /// <summary>What the first blocks of a higher effort are made with, which are made again.</summary>
    public static Effort First => Levels[2];

    /// <summary>That of a level from 1 to 9, for content of a length in bytes.</summary>
    public static Effort Of(int level, int length) => length < Short && level < Levels.Length ? ForShort : Levels[level - 1];
}
