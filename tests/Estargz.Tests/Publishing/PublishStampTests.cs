using Estargz.Publishing;
using Estargz.Tests.Images;

namespace Estargz.Tests.Publishing;

/// <summary>What the times of files tell, and what not.</summary>
public sealed class PublishStampTests
{
    [Fact]
    public void Files_that_changed_when_they_were_read_or_just_before_are_not_those_that_were_read()
    {
        var time = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        long second = (long)(time - DateTime.UnixEpoch).TotalSeconds;
        PublishStamp At(long changed) => new(ImageSample.DigestOf('a'), changed);

        Assert.False(At((second * 1_000_000_000) + 5).IsSettledAt(time));
        Assert.False(At((second * 1_000_000_000) - 10_000_001).IsSettledAt(time));
        Assert.True(At((second * 1_000_000_000) - 50_000_001).IsSettledAt(time));
        Assert.False(At((second - 2) * 1_000_000_000).IsSettledAt(time));
        Assert.True(At((second - 4) * 1_000_000_000).IsSettledAt(time));
    }
}
