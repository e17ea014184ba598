using Estargz.Images;
using static Estargz.Tests.Images.ImageSample;

namespace Estargz.Tests.Images;

public class DescriptorTests
{
    private static readonly Descriptor Sample = new(MediaType.LayerGzip, DigestOf('1'), 10);

    [Fact]
    public void Descriptors_are_equal_when_they_say_the_same()
    {
        Assert.Equal(Sample, new Descriptor(MediaType.LayerGzip, DigestOf('1'), 10));
        Assert.Equal(Sample.With("a", "1").With("b", "2"), Sample.With("b", "2").With("a", "1"));
        Assert.Equal(Sample.GetHashCode(), (Sample with { }).GetHashCode());
    }

    [Fact]
    public void Any_difference_counts()
    {
        Assert.NotEqual(Sample, Sample.With("a", "1"));
        Assert.NotEqual(Sample.With("a", "1"), Sample.With("a", "2"));
        Assert.NotEqual(Sample, Sample with { Size = 11 });
        Assert.NotEqual(Sample, Sample with { Digest = DigestOf('2') });
        Assert.NotEqual(Sample, Sample with { MediaType = MediaType.LayerZstd });
    }

    [Theory]
    [InlineData("containerd.io/snapshot/stargz/toc.digest", true)]
    [InlineData("containerd.io/uncompressed", true)]
    [InlineData("containerd.io/distribution.source.docker.io", true)]
    [InlineData("io.containers.estargz.uncompressed-size", true)]
    [InlineData("io.github.containers.zstd-chunked.manifest-position", true)]
    [InlineData("org.opencontainers.image.toc.digest", true)]
    [InlineData("org.opencontainers.image.title", false)]
    [InlineData("containerd.io/other", false)]
    public void Annotations_of_the_bytes_are_known(string name, bool ofBytes) => Assert.Equal(ofBytes, Annotation.DescribesBytes(name));
}
