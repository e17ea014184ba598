using System.Collections.Immutable;
using Estargz.Images;

namespace Estargz.Tests.Images;

public class ImageAnnotationTests
{
    [Theory]
    [InlineData("", true, true)]
    [InlineData("manifest", true, false)]
    [InlineData("Index", false, true)]
    public void Where_it_goes(string target, bool manifest, bool index) =>
        Assert.Equal(new ImageAnnotation("a", "", manifest, index), ImageAnnotation.Parse("a", "", target));

    [Theory]
    [InlineData(" ", "")]
    [InlineData("a\nb", "")]
    [InlineData("a", "layer")]
    [InlineData("containerd.io/snapshot/stargz/toc.digest", "")]
    [InlineData("io.containers.estargz.uncompressed-size", "")]
    public void What_cannot_be(string name, string target)
    {
        var e = Assert.Throws<EstargzException>(() => ImageAnnotation.Parse(name, "v", target));
        Assert.Equal(DiagnosticCode.InvalidProperty, e.Code);
        Assert.StartsWith("EstargzAnnotation '", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_become_annotations_if_they_are_standard_and_not_the_bases()
    {
        var labels = Of(("org.opencontainers.image.version", "2"), ("org.opencontainers.image.vendor", "Base"), ("com.example", "x"), ("org.opencontainers.image.title", "App"));
        var ofBase = Of(("org.opencontainers.image.version", "1"), ("org.opencontainers.image.vendor", "Base"));
        Assert.Equal(Of(("org.opencontainers.image.title", "App"), ("org.opencontainers.image.version", "2")), ImageAnnotation.OfLabels(labels, ofBase));
    }

    private static ImmutableSortedDictionary<string, string> Of(params (string Key, string Value)[] members) =>
        members.ToImmutableSortedDictionary(m => m.Key, m => m.Value, StringComparer.Ordinal);
}
