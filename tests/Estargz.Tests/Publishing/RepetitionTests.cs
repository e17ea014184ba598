using Estargz.Images;
using Estargz.Layers;
using Estargz.Publishing;
using Estargz.Testing;
using Estargz.Tests.Images;

namespace Estargz.Tests.Publishing;

/// <summary>A publish of which nothing has changed is the last one again, and only such a one is.</summary>
public sealed class RepetitionTests : IAsyncLifetime, IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly List<string> _told = [];
    private readonly List<string> _warned = [];
    private TestRegistry _server = null!;
    private Image _base = null!;

    private string Tag => _server.Storage.TagDigest("app", "1")!;

    public async Task InitializeAsync()
    {
        _server = await TestRegistry.StartAsync();
        _base = BaseSample.Push(_server, "etc/os-release");
        Write("app.runtimeconfig.json", """{"runtimeOptions":{"tfm":"net10.0","framework":{"name":"Microsoft.NETCore.App","version":"10.0.0"}}}""");
        Write("app.dll", "not loaded by anyone");
        Write("data", "12345");
        Write("app.staticwebassets.endpoints.json", Endpoints("Thu, 01 Jan 1970 00:00:00 GMT"));
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_changed_is_the_same_image_and_uploads_nothing()
    {
        var first = await PublishAsync();
        int requests = _server.Requests.Count;
        string[] told = [.. _told];
        _told.Clear();
        var second = await PublishAsync();

        Assert.True(first.IsNew);
        Assert.False(second.IsNew);
        Assert.Equal(first.Image.Manifest.Content.Digest, second.Image.Manifest.Content.Digest);
        Assert.Equal((first.Name, first.Size, first.PrefetchSize), (second.Name, second.Size, second.PrefetchSize));
        Assert.NotEmpty(told);
        Assert.Equal(told, _told);
        Assert.All(_server.Requests.Skip(requests), request => Assert.Contains(request.Method, new[] { "GET", "HEAD" }));
    }

    [Fact]
    public async Task Static_files_that_were_listed_again_have_not_changed()
    {
        await PublishAsync();
        Write("app.staticwebassets.endpoints.json", Endpoints("Fri, 02 Jan 1970 00:00:00 GMT"));
        await AssertRepeatedAsync(true);
        Write("app.staticwebassets.endpoints.json", Endpoints("Fri, 02 Jan 1970 00:00:00 GMT") + " ");
        await AssertRepeatedAsync(false);
    }

    [Fact]
    public async Task Changed_file_is_another_image()
    {
        await PublishAsync();
        Write("data", "12346");
        await AssertRepeatedAsync(false);
        Shell.Run("/", $"chmod 755 '{_folder["app/data"]}'");
        await AssertRepeatedAsync(false);
    }

    [Fact]
    public async Task Small_file_that_was_written_again_has_not_changed_and_a_large_one_may_have()
    {
        Write("large", new string('x', 10_000));
        await PublishAsync();
        Write("data", "12345");
        await AssertRepeatedAsync(true);
        Write("large", new string('x', 10_000));
        await AssertRepeatedAsync(false);
    }

    [Fact]
    public async Task New_or_missing_file_is_another_image()
    {
        await PublishAsync();
        Write("new", "1");
        await AssertRepeatedAsync(false);
        File.Delete(_folder["app/new"]);
        await AssertRepeatedAsync(false);
    }

    [Fact]
    public async Task Extra_file_and_profile_count()
    {
        _folder.Write("extra", "1"u8);
        _folder.Write("profile", "$(app)/app.dll\n"u8);
        PublishRequest WithMore(PublishRequest request) => request with
        {
            ExtraFiles = [new ExtraFile(_folder["extra"], "/extra")],
            Startup = request.Startup with { Profile = _folder["profile"] },
        };
        await PublishAsync(WithMore);
        await AssertRepeatedAsync(true, WithMore);
        await ChangeAsync("extra", "2");
        await AssertRepeatedAsync(false, WithMore);
        await ChangeAsync("profile", "$(app)/app.*\n");
        await AssertRepeatedAsync(false, WithMore);
    }

    [Fact]
    public async Task Another_base_image_is_another_image()
    {
        await PublishAsync();
        _base = BaseSample.Push(_server, "etc/debian_version");
        await AssertRepeatedAsync(false);
    }

    [Fact]
    public async Task What_the_registry_has_lost_is_built_again()
    {
        var image = (await PublishAsync()).Image.Manifest;
        foreach (var blob in new[] { image.Config, image.Layers[0], image.Layers[^1] })
        {
            _server.Storage.RemoveBlob("app", blob.Digest.ToString());
            await AssertRepeatedAsync(false);
            Assert.True(_server.Storage.HasBlob("app", blob.Digest.ToString()) || blob == image.Config);
        }
    }

    [Fact]
    public async Task Tag_that_was_moved_comes_back()
    {
        var first = await PublishAsync();
        _server.Storage.RemoveManifest("app", "1");
        int requests = _server.Requests.Count;
        var again = await PublishAsync();

        Assert.True(again.IsNew);
        Assert.Equal(first.Image.Manifest.Content.Digest.ToString(), Tag);
        Assert.DoesNotContain(_server.Requests.Skip(requests), request => request.Path.Contains("/uploads/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_tag_is_the_same_image()
    {
        var first = await PublishAsync();
        var again = await PublishAsync(request => request with { Tags = ["1", "2"] });

        Assert.True(again.IsNew);
        Assert.Equal(first.Image.Manifest.Content.Digest.ToString(), _server.Storage.TagDigest("app", "2"));
    }

    [Fact]
    public async Task Who_is_told_something_else_or_nothing_begins_anew()
    {
        await PublishAsync();
        await AssertRepeatedAsync(false, request => request with { Inputs = ImageSample.DigestOf('b') });
        await AssertRepeatedAsync(false, request => request with { Inputs = null });
        await AssertRepeatedAsync(false, request => request with { Inputs = null });
    }

    [Fact]
    public async Task Warning_comes_each_time()
    {
        _folder.Write("profile", "$(app)/missing.dll\n"u8);
        PublishRequest WithProfile(PublishRequest request) => request with { Startup = request.Startup with { Profile = _folder["profile"] } };
        await PublishAsync(WithProfile);
        await PublishAsync(WithProfile);

        Assert.Equal([DiagnosticCode.ProfilePathsNotFound, DiagnosticCode.ProfilePathsNotFound], _warned);
    }

    [Fact]
    public async Task Damaged_file_of_the_cache_is_none()
    {
        await PublishAsync();
        var kept = Assert.Single(Directory.GetFiles(_folder["cache/publishes"]));
        var bytes = await File.ReadAllBytesAsync(kept);
        bytes[^100] ^= 1;
        await File.WriteAllBytesAsync(kept, bytes);
        await AssertRepeatedAsync(false);
        await AssertRepeatedAsync(true);
    }

    [Fact]
    public async Task Sdk_is_asked_once_for_a_base_image_but_the_time_is_new()
    {
        var first = await PublishAsync(request => request with { TimeLabels = [Annotation.Created] });
        Write("data", "12346");
        var publisher = new ContainerPublisher(Request() with { TimeLabels = [Annotation.Created] });
        await using (publisher)
        {
            await publisher.BeginAsync(CancellationToken.None);
            Assert.False(publisher.NeedsSdk);
            var config = (await publisher.PublishAsync(null, CancellationToken.None)).Image.Config;

            Assert.NotEqual(first.Image.Config.Created, config.Created);
            Assert.Equal(config.Created, config.Labels[Annotation.Created]);
            Assert.Equal(config.Created, config.History[^1].Created);
            Assert.Equal("a label", config.Labels["label"]);
            Assert.Equal(first.Image.Config.Cmd.AsEnumerable(), config.Cmd);
        }

        // A time that the project has set stays.
        static PublishRequest WithTime(PublishRequest request) => request with { Inputs = ImageSample.DigestOf('b') };
        await PublishAsync(WithTime);
        Write("data", "12347");
        Assert.Equal("2001-01-01T00:00:00Z", (await PublishAsync(WithTime)).Image.Config.Labels[Annotation.Created]);

        _base = BaseSample.Push(_server, "etc/debian_version");
        await using var other = new ContainerPublisher(Request());
        await other.BeginAsync(CancellationToken.None);
        Assert.True(other.NeedsSdk);
    }

    [Fact]
    public async Task Sdk_is_asked_each_time_where_it_may_warn()
    {
        _base = BaseSample.Push(_server, "etc/os-release", entrypoint: "/bin/x");
        await PublishAsync();
        await using var again = new ContainerPublisher(Request());
        await again.BeginAsync(CancellationToken.None);
        Assert.True(again.NeedsSdk);
    }

    [Fact]
    public async Task Archive_is_written_again()
    {
        PublishRequest ToArchive(PublishRequest request) => request with { Archive = _folder["image.tar"] };
        await PublishAsync(ToArchive);
        File.Delete(_folder["image.tar"]);
        await PublishAsync(ToArchive);
        Assert.True(File.Exists(_folder["image.tar"]));
    }

    [Fact]
    public async Task An_app_that_was_not_published_is_told_of() => Assert.Contains(
        $"'{_folder["missing"]}' is not there",
        (await Assert.ThrowsAsync<EstargzException>(() => PublishAsync(request => request with { PublishFolder = _folder["missing"] }))).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task File_that_is_removed_while_it_is_published_is_gone_the_next_time()
    {
        Write("old", "1");
        _server.On("PUT", "/v2/app/manifests/1", async (_, next) =>
        {
            File.Delete(_folder["app/old"]);
            await next();
        });
        await PublishAsync();
        await AssertRepeatedAsync(false);
    }

    private static string Endpoints(string time) => $$"""{"Endpoints":[{"ResponseHeaders":[{"Name":"Last-Modified","Value":"{{time}}"}]}]}""";

    private async Task AssertRepeatedAsync(bool expected, Func<PublishRequest, PublishRequest>? change = null)
    {
        // Of the registry, repetitions read only.
        int requests = _server.Requests.Count;
        await PublishAsync(change);
        Assert.Equal(expected, _server.Requests.Skip(requests).All(request => request.Method is "GET" or "HEAD"));
    }

    private async Task<PublishedImage> PublishAsync(Func<PublishRequest, PublishRequest>? change = null)
    {
        await SettleAsync();
        await using var publisher = new ContainerPublisher((change ?? (same => same))(Request()));
        await publisher.BeginAsync(CancellationToken.None);
        return await publisher.PublishAsync(publisher.NeedsSdk ? BaseSample.SdkImage(_base) : null, CancellationToken.None);
    }

    /// <summary>Files count when nothing can have changed them within one tick of the clock.</summary>
    private static Task SettleAsync() => Task.Delay(30);

    private async Task ChangeAsync(string file, string content)
    {
        await SettleAsync();
        await File.WriteAllTextAsync(_folder[file], content);
    }

    private void Write(string file, string content) => _folder.Write("app/" + file, System.Text.Encoding.UTF8.GetBytes(content));

    private PublishRequest Request() => new()
    {
        BaseImage = Reference.Create(_server.Host, "base", "1", null, "the test"),
        Target = Reference.Create(_server.Host, "app", null, null, "the test"),
        Tags = ["1"],
        Platform = new Platform("linux", "amd64"),
        PublishFolder = _folder["app"],
        WorkingDirectory = "/app/",
        Startup = new StartupOptions { Assembly = "app", RuntimeIdentifier = "linux-x64" },
        CacheFolder = _folder["cache"],
        Inputs = ImageSample.DigestOf('a'),
        Environment = name => name == "DOTNET_CONTAINER_INSECURE_REGISTRIES" ? _server.Host : null,
        Tell = _told.Add,
        Warn = (code, _) => _warned.Add(code),
    };
}
