namespace Estargz.MSBuild.Tests.Parity;

/// <summary>A field that is not the same in the SDK's image and in ours.</summary>
/// <param name="Case">The case.</param>
/// <param name="Field">The field: <c>config/User</c>.</param>
/// <param name="Stock">What the SDK has, or null.</param>
/// <param name="Ours">What we have, or null.</param>
public sealed record Difference(ParityCase Case, string Field, string? Stock, string? Ours)
{
    /// <summary>Compares two images.</summary>
    public static IEnumerable<Difference> Between(ParityCase one, IReadOnlyDictionary<string, string> stock, IReadOnlyDictionary<string, string> ours) =>
        stock.Keys.Union(ours.Keys)
            .Select(field => new Difference(one, field, stock.GetValueOrDefault(field), ours.GetValueOrDefault(field)))
            .Where(difference => difference.Stock != difference.Ours);

    /// <inheritdoc/>
    public override string ToString() => $"{Case.Name}: {Field}: the SDK has {Stock ?? "nothing"}, we have {Ours ?? "nothing"}";
}
