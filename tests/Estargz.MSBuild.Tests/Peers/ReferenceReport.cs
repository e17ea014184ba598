namespace Estargz.MSBuild.Tests.Peers;

/// <summary>What the judge found.</summary>
/// <param name="Ok">Whether nothing is wrong and something was verified.</param>
/// <param name="Failures">What is wrong with manifests and configurations.</param>
/// <param name="Manifests">Every index and manifest, the named one first.</param>
/// <param name="Layers">Every layer, lowest first.</param>
public sealed record ReferenceReport(
    bool Ok, IReadOnlyList<string> Failures, IReadOnlyList<ReferenceManifest> Manifests, IReadOnlyList<ReferenceLayer> Layers)
{
    /// <summary>Everything that is wrong, one line each; empty when nothing is.</summary>
    public string Problems => string.Join('\n', Failures.Concat(Layers.SelectMany(layer => layer.Failures)));
}
