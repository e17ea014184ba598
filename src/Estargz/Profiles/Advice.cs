namespace Estargz.Profiles;

/// <summary>One thing that would make the app start sooner, or the image smaller.</summary>
/// <param name="Kind">What.</param>
/// <param name="Bytes">The compressed bytes that it is about: fetched before the app is ready, or just in the image.</param>
/// <param name="Message">A plain sentence or two.</param>
public sealed record Advice(AdviceKind Kind, long Bytes, string Message);
