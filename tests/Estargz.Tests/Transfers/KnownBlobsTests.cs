using Estargz.Images;
using Estargz.Layers;
using Estargz.Registries;
using Estargz.Testing;
using Estargz.Tests.Registries;
using Estargz.Transfers;

namespace Estargz.Tests.Transfers;

/// <summary>A layer that this machine has brought to a registry once is not sent there again.</summary>
public sealed class KnownBlobsTests : RegistryTest, IDisposable
{
    private readonly ScratchFolder _cache = new();
    private readonly byte[] _layer = Sample.Bytes(100_000);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public async Task Another_repository_mounts_it()
    {
        await PushToAsync("one", _layer);
        await PushToAsync("two", _layer);

        Assert.True(Server.Storage.HasBlob("two", Storage.DigestOf(_layer)));
        Assert.Equal(["one"], Uploads());
        Assert.Contains(Server.Requests, request => request.Method == "POST" && request.Query.Contains("from=one", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_has_gone_since_is_sent_and_mounted_from_there_the_next_time()
    {
        await PushToAsync("one", _layer);
        Server.Storage.RemoveBlob("one", Storage.DigestOf(_layer));
        await PushToAsync("two", _layer);
        await PushToAsync("three", _layer);

        Assert.Equal(["one", "two"], Uploads());
        Assert.Contains(Server.Requests, request => request.Method == "POST" && request.Query.Contains("from=two", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_may_not_be_mounted_is_sent()
    {
        await PushToAsync("one", _layer);
        Server.On(request => request.Query.ContainsKey("mount"), Responses.Error(403, "DENIED"));
        await PushToAsync("two", _layer);

        Assert.Equal(["one", "two"], Uploads());
    }

    [Fact]
    public async Task Where_the_caller_knows_a_repository_that_comes_first()
    {
        await PushToAsync("one", _layer);
        Server.Storage.AddBlob("base", _layer);
        await PushToAsync("two", _layer, mountFrom: "base");

        Assert.Contains(Server.Requests, request => request.Query.Contains("from=base", StringComparison.Ordinal));
        Assert.DoesNotContain(Server.Requests, request => request.Query.Contains("from=one", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Small_blobs_are_not_worth_it()
    {
        await PushToAsync("one", Sample.Bytes(10_000));

        Assert.False(Directory.Exists(_cache["registries"]));
    }

    [Fact]
    public void Another_registry_has_nothing_of_it()
    {
        var known = new KnownBlobs(_cache.Path, "a.example:5000");
        known.Add(Sample.Describe(_layer), "one");
        known.Save();

        Assert.Equal("one", new KnownBlobs(_cache.Path, "a.example:5000").Find(Sample.Describe(_layer)));
        Assert.Null(new KnownBlobs(_cache.Path, "a.example").Find(Sample.Describe(_layer)));
    }

    [Fact]
    public void Two_publishes_at_once_keep_what_both_have_brought()
    {
        var (one, other) = (new KnownBlobs(_cache.Path, "r"), new KnownBlobs(_cache.Path, "r"));
        var (first, second) = (Sample.Describe(_layer), Sample.Describe(Sample.Bytes(100_000, seed: 2)));
        one.Add(first, "one");
        other.Add(second, "other");
        one.Save();
        other.Save();

        var known = new KnownBlobs(_cache.Path, "r");
        Assert.Equal(("one", "other"), (known.Find(first), known.Find(second)));
    }

    [Fact]
    public void The_newest_thousand_stay()
    {
        var known = new KnownBlobs(_cache.Path, "r");
        Descriptor[] blobs = [.. Enumerable.Range(0, 1001).Select(i => new Descriptor(MediaType.LayerGzip, Digest.OfBytes(BitConverter.GetBytes(i)), 1 << 20))];
        foreach (var blob in blobs)
        {
            known.Add(blob, "one");
        }

        known.Save();

        known = new KnownBlobs(_cache.Path, "r");
        Assert.Null(known.Find(blobs[0]));
        Assert.All(blobs[1..], blob => Assert.Equal("one", known.Find(blob)));
    }

    [Fact]
    public void A_damaged_file_says_nothing()
    {
        _cache.Write("registries/r.txt", "\n \nsha256:0\0 \xFF one\n"u8);

        var known = new KnownBlobs(_cache.Path, "r");
        Assert.Null(known.Find(Sample.Describe(_layer)));
        known.Add(Sample.Describe(_layer), "one");
        known.Save();
        Assert.Equal("one", new KnownBlobs(_cache.Path, "r").Find(Sample.Describe(_layer)));
    }

    private async Task PushToAsync(string repository, byte[] layer, string? mountFrom = null)
    {
        await using var destination = new RegistryDestination(new Registry(Server.Host, Options()), repository, new KnownBlobs(_cache.Path, Server.Host));
        await destination.PushBlobAsync(Sample.Describe(layer), () => new MemoryStream(layer), mountFrom, None);
    }

    /// <summary>The repositories that were sent bytes.</summary>
    private IEnumerable<string> Uploads() => Server.Requests.Where(request => request.Method == "PUT").Select(request => request.Path.Split('/')[2]);
}
