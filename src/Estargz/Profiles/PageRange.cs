namespace Estargz.Profiles;

/// <summary>Pages of a file next to each other.</summary>
/// <param name="First">The number of the first page of 4 KiB; the first of a file is 0.</param>
/// <param name="Last">The number of the last page; not less than the first.</param>
public sealed record PageRange(int First, int Last)
{
    /// <summary>As a profile has it: <c>7</c> or <c>0-3</c>.</summary>
    public override string ToString() =>
        First == Last ? FormattableString.Invariant($"{First}") : FormattableString.Invariant($"{First}-{Last}");
}
