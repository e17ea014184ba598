using System.Globalization;
using Estargz.MSBuild.Tests.Peers;
using Estargz.Profiles;

namespace Estargz.LazyStart;

/// <summary>How fast the link is; no link: as fast as this machine.</summary>
/// <param name="Link">Round trip and bandwidth, or null.</param>
public sealed record Shape(NetworkLink? Link)
{
    /// <summary>Those of the README.</summary>
    public static IReadOnlyList<Shape> All { get; } = [Parse("none"), Parse("20ms/100mbit"), Parse("50ms/20mbit")];

    /// <summary>Reads <c>20ms/100mbit</c> or <c>none</c>.</summary>
    public static Shape Parse(string text) => new(text == "none" ? null : NetworkLink.Parse(text, "--links"));

    /// <summary>Makes a link so.</summary>
    public Task ApplyAsync(Link link) => link.ShapeAsync(Link?.RoundTrip ?? TimeSpan.Zero, (Link?.BitsPerSecond ?? 0) / 1e6);

    /// <inheritdoc/>
    public override string ToString() => Link is null ? "unshaped" : string.Create(
        CultureInfo.InvariantCulture, $"{Link.RoundTrip.TotalMilliseconds} ms, {Link.BitsPerSecond / 1e6} Mbit/s");
}
