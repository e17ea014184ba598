namespace Estargz.LazyStart;

/// <summary>An image in the registry.</summary>
/// <param name="App">Of what.</param>
/// <param name="Variant">How it was made.</param>
/// <param name="Reference">Where it is.</param>
/// <param name="Predictions">What the publish said of its start.</param>
public sealed record AppImage(App App, Variant Variant, string Reference, Predictions Predictions);
