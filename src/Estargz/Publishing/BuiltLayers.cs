using System.Collections.Immutable;
using Estargz.Images;
using Estargz.Profiles;
using Estargz.Transfers;

namespace Estargz.Publishing;

/// <summary>The layers of an image, and why they are as they are.</summary>
/// <param name="BaseImage">The base image.</param>
/// <param name="Shape">What the publish folder shows of the app.</param>
/// <param name="Base">The layers of the base image.</param>
/// <param name="App">What the app adds.</param>
/// <param name="Plan">The order of each.</param>
/// <param name="Layers">All of them, the lowest first.</param>
internal sealed record BuiltLayers(Image BaseImage, AppShape Shape, BaseLayers Base, AppLayers App, StartupPlan Plan, IReadOnlyList<PreparedLayer> Layers)
{
    /// <summary>What was decided, in a few lines for the user.</summary>
    public ImmutableArray<string> Report(Image image) => Plan.Report(Shape, image);

    /// <summary>What nobody knows of a base image that is kept, though the app has files where it may have folders.</summary>
    public ImmutableArray<string> Unreadable => [.. Base.Unreadable.Select(layer =>
        $"layer {layer} of the base image cannot be read: a folder that only it has may become root's with mode 0755 where files are put into it, and a link to a folder may be replaced")];

    /// <summary>What would make the app start sooner.</summary>
    public IEnumerable<string> Advice() => Plan.Advice(Shape, Base, App);
}
