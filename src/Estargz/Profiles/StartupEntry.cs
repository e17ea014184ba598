namespace Estargz.Profiles;

/// <summary>An entry of a layer that is read at start-up.</summary>
/// <param name="Layer">The number of the layer; 0 is the lowest.</param>
/// <param name="Name">The name exactly as the layer writes it.</param>
/// <param name="Pages">The pages that are read of it, where that is known.</param>
public sealed record StartupEntry(int Layer, string Name, TouchedPages? Pages = null)
{
    /// <summary>Layer and name in one, to look for.</summary>
    internal string Place => PlaceOf(Layer, Name);

    /// <inheritdoc cref="Place"/>
    internal static string PlaceOf(int layer, string name) => $"{layer}/{name}";
}
