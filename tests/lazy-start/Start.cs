using System.Globalization;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.LazyStart;

/// <summary>One cold start of an image.</summary>
/// <param name="Image">The image.</param>
/// <param name="Shape">The link it was pulled over.</param>
/// <param name="Measured">What it took.</param>
public sealed record Start(AppImage Image, Shape Shape, ContainerStart Measured)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Image.App.Name}, {Image.Variant.Name}, {Shape}: {Measured.Ready.TotalSeconds:0.00} s, {Measured.Network.Received:N0} bytes, {Measured.Network.Requests} requests");
}
