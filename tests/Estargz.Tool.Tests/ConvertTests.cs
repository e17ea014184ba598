using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Estargz.Images;
using Estargz.MSBuild.Tests.Peers;
using Estargz.Testing;

namespace Estargz.Tool.Tests;

public sealed class ConvertTests : ConversionTest
{
    [Fact]
    public async Task Plain_layers_become_lazy_and_the_next_time_nothing_is_fetched()
    {
        var image = new TestImage("amd64", TestLayer.Plain("etc/passwd", "big"), TestLayer.Plain("app"));
        var source = TestImage.Store(Registry, "plain", image);

        var first = await ConvertAsync(source, Target);
        Registry.Forget();
        var second = await ConvertAsync(source, Target);

        Assert.Equal((ExitCode.Success, ""), (first.ExitCode, first.Error));
        Assert.Contains($"{source} -> {Target}@{Registry.Storage.TagDigest("lazy", "1")}\n", first.Output, StringComparison.Ordinal);
        Assert.EndsWith(", which was there\n", second.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Registry.Requests, request => request.Method == "GET" && image.Layers.Any(layer => request.Path.EndsWith(layer.Image.Descriptor.Digest.ToString(), StringComparison.Ordinal)));
        await AssertLazyAsync(Target);
    }

    [Fact]
    public async Task What_an_image_says_stays_but_for_its_layers()
    {
        var plain = TestLayer.Plain("a");
        var config = Encoding.UTF8.GetBytes(new JsonObject
        {
            ["architecture"] = "arm64",
            ["variant"] = "v8",
            ["os"] = "linux",
            ["created"] = "2020-01-02T03:04:05Z",
            ["x-own"] = 1,
            ["config"] = new JsonObject { ["Env"] = new JsonArray("A=b:c"), ["Entrypoint"] = new JsonArray("/a"), ["Healthcheck"] = new JsonObject { ["Test"] = new JsonArray("NONE") } },
            ["history"] = new JsonArray(new JsonObject { ["created_by"] = "ENV A", ["empty_layer"] = true }, new JsonObject { ["created_by"] = "COPY a", ["comment"] = "own" }),
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray(plain.Image.DiffId.ToString()) },
        }.ToJsonString());
        var layer = new JsonObject { ["mediaType"] = MediaType.DockerLayerGzip, ["digest"] = plain.Image.Descriptor.Digest.ToString(), ["size"] = plain.Blob.Length };
        layer["annotations"] = new JsonObject { ["own"] = "kept" };
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaType.DockerManifest,
            ["config"] = new JsonObject { ["mediaType"] = MediaType.DockerConfig, ["digest"] = Registry.Storage.AddBlob("plain", config), ["size"] = config.Length },
            ["layers"] = new JsonArray(layer),
            ["annotations"] = new JsonObject { ["org.opencontainers.image.version"] = "7" },
        };
        Registry.Storage.AddBlob("plain", plain.Blob);
        Registry.Storage.AddManifest("plain", MediaType.DockerManifest, Encoding.UTF8.GetBytes(manifest.ToJsonString()), "1");

        Assert.Equal(ExitCode.Success, (await ConvertAsync($"{Registry.Host}/plain:1", Target)).ExitCode);

        var converted = Stored(Registry.Storage.TagDigest("lazy", "1")!);
        Assert.Equal(MediaType.Manifest, (string)converted["mediaType"]!);
        Assert.Equal(MediaType.Config, (string)converted["config"]!["mediaType"]!);
        Assert.Equal(MediaType.LayerGzip, (string)converted["layers"]![0]!["mediaType"]!);
        Assert.Equal("kept", (string)converted["layers"]![0]!["annotations"]!["own"]!);
        Assert.Equal("""{"org.opencontainers.image.version":"7"}""", converted["annotations"]!.ToJsonString());
        var settings = Stored((string)converted["config"]!["digest"]!);
        settings["rootfs"] = JsonNode.Parse(config)!["rootfs"]!.DeepClone();
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(config), settings), settings.ToJsonString());
    }

    [Fact]
    public async Task All_platforms_of_an_index_are_converted_but_what_speaks_of_them_is_left_out()
    {
        var source = TestImage.Store(Registry, "plain", new("amd64", TestLayer.Plain("a")), new("arm64", TestLayer.Plain("a"), TestLayer.Plain("b")));
        var index = Stored(Registry.Storage.TagDigest("plain", "1")!);
        index["annotations"] = new JsonObject { ["own"] = "kept" };
        index["manifests"]![1]!["annotations"] = new JsonObject { ["entry"] = "kept" };
        index["manifests"]![1]!["platform"]!["os.features"] = new JsonArray("kept");
        index["manifests"]![1]!["own"] = "kept";
        var attestation = index["manifests"]![0]!.DeepClone();
        attestation["platform"] = new JsonObject { ["os"] = "unknown", ["architecture"] = "unknown" };
        index["manifests"]!.AsArray().Add(attestation);
        Registry.Storage.AddManifest("plain", MediaType.Index, Encoding.UTF8.GetBytes(index.ToJsonString()), "1");

        var all = await ConvertAsync(source, Target);
        var one = await ConvertAsync(source, $"{Registry.Host}/one:1", "--platform", "linux/arm64");

        Assert.Equal(ExitCode.Success, all.ExitCode);
        Assert.StartsWith("1 of 3 entries of the index are not images", all.Error, StringComparison.Ordinal);
        var converted = Stored(Registry.Storage.TagDigest("lazy", "1")!);
        Assert.Equal(["amd64", "arm64"], converted["manifests"]!.AsArray().Select(entry => (string)entry!["platform"]!["architecture"]!));
        Assert.Equal("""{"own":"kept"}""", converted["annotations"]!.ToJsonString());
        Assert.Equal("""{"entry":"kept"}""", converted["manifests"]![1]!["annotations"]!.ToJsonString());
        Assert.Equal("""["kept"] kept""", $"{converted["manifests"]![1]!["platform"]!["os.features"]!.ToJsonString()} {converted["manifests"]![1]!["own"]}");
        await AssertLazyAsync(Target);
        Assert.Equal((string)converted["manifests"]![1]!["digest"]!, Registry.Storage.TagDigest("one", "1"));
        Assert.Equal((ExitCode.Success, ""), (one.ExitCode, one.Error));
    }

    [Fact]
    public async Task Layers_that_are_lazy_stay_until_a_profile_orders_them_anew()
    {
        var lazy = await TestLayer.LazyAsync(["app/a", "app/b"], "app/b");
        var source = TestImage.Store(Registry, "source", new TestImage("amd64", lazy));
        await File.WriteAllTextAsync(Folder["p.txt"], "app/a\napp/gone\n");

        var kept = await ConvertAsync(source, Target);
        var ordered = await ConvertAsync(source, $"{Registry.Host}/ordered:1", "--profile", Folder["p.txt"]);
        var none = await ConvertAsync(source, $"{Registry.Host}/none:1", "--profile", "none");

        Assert.Equal(Registry.Storage.TagDigest("source", "1"), Registry.Storage.TagDigest("lazy", "1"));
        Assert.Contains("the same", kept.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, none.ExitCode);
        Assert.Empty(await PrefetchedAsync("none"));
        Assert.Equal(ExitCode.Success, ordered.ExitCode);
        Assert.StartsWith("warning ESTARGZ2002: 1 of 2 paths of the start-up profile are not in the image for linux/amd64: app/gone.", ordered.Error, StringComparison.Ordinal);
        Assert.Equal(["app/a"], await PrefetchedAsync("ordered"));
        await AssertLazyAsync($"{Registry.Host}/ordered:1");

        async Task<IEnumerable<string>> PrefetchedAsync(string repository)
        {
            var inspect = await ToolRun.RunAsync("inspect", $"{Registry.Host}/{repository}:1", "--toc", "--json");
            var toc = JsonNode.Parse(inspect.Output)!["platforms"]![0]!["layers"]![0]!["toc"]!.AsArray();
            return toc.Where(entry => (bool?)entry!["prioritized"] == true && (string)entry["type"]! == "reg").Select(entry => (string)entry!["name"]!);
        }
    }

    [Theory]
    [InlineData("estargz", "--level", "1", "--chunk-size", "4096", "--hot-pieces", "--link", "1ms/1gbit")]
    [InlineData("zstd:chunked", "--format", "zstd-chunked", "--level", "smallest")]
    public async Task From_aFolder_to_aFolder_in_every_format(string format, params string[] options)
    {
        new TestImage("amd64", TestLayer.Plain([.. Enumerable.Range(0, 40).Select(i => $"app/{i}")])).WriteTo(Folder["source"], "1");

        var run = await ConvertAsync(Folder["source"] + ":1", Folder["target"], options);
        var again = await ConvertAsync(Folder["source"] + ":1", Folder["target"] + ":other", options);

        Assert.Equal((ExitCode.Success, ""), (run.ExitCode, run.Error));
        Assert.Equal((ExitCode.Success, ""), (again.ExitCode, again.Error));
        foreach (var tag in (string[])["latest", "other"])
        {
            var verify = await ToolRun.RunAsync("verify", $"{Folder["target"]}:{tag}");
            Assert.Equal((ExitCode.Success, ""), (verify.ExitCode, verify.Error));
            Assert.Contains(format, verify.Output, StringComparison.Ordinal);
        }

        var index = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Folder["target"], "index.json")))!;
        Assert.All(index["manifests"]!.AsArray(), entry => Assert.Single(entry!["annotations"]!.AsObject()));
        Assert.Single(Directory.EnumerateFiles(Path.Combine(Folder["target"], "blobs", "sha256")), file => new FileInfo(file).Length > 2000);
    }

    [Fact]
    public async Task A_windows_image_stays_as_it_is()
    {
        var image = new TestImage("amd64", TestLayer.Plain("Files/a"));
        var config = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(image.Config.Bytes.Span).Replace("linux", "windows", StringComparison.Ordinal));
        var manifest = JsonNode.Parse(image.Manifest.Bytes.Span)!;
        (manifest["config"]!["digest"], manifest["config"]!["size"]) = (Registry.Storage.AddBlob("plain", config), config.Length);
        Registry.Storage.AddBlob("plain", image.Layers[0].Blob);
        Registry.Storage.AddManifest("plain", MediaType.Manifest, Encoding.UTF8.GetBytes(manifest.ToJsonString()), "1");

        var run = await ConvertAsync($"{Registry.Host}/plain:1", Target);

        Assert.Equal((ExitCode.Success, ""), (run.ExitCode, run.Error));
        Assert.Equal(Registry.Storage.TagDigest("plain", "1"), Registry.Storage.TagDigest("lazy", "1"));
    }

    [Theory]
    [InlineData("ESTARGZ1007", "TARGET@sha256:0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ESTARGZ1007", "./folder:")]
    [InlineData("ESTARGZ1003", "TARGET", "--level", "10")]
    [InlineData("ESTARGZ1003", "TARGET", "--link", "fast")]
    [InlineData("ESTARGZ2001", "TARGET", "--profile", "missing.txt")]
    [InlineData("ESTARGZ4011", "TARGET", "--platform", "linux/s390x")]
    public async Task A_mistake_is_one_error_and_nothing_is_sent(string code, string target, params string[] options)
    {
        var source = TestImage.Store(Registry, "plain", new TestImage("amd64", TestLayer.Plain("a")));

        var run = await ConvertAsync(source, target.Replace("TARGET", Target[..^2], StringComparison.Ordinal), options);

        VerifyTests.AssertError(run, code);
        Assert.DoesNotContain(Registry.Requests, request => request.Method is "PUT" or "PATCH");
    }

    [Theory]
    [InlineData("--chunk-size", "1")]
    [InlineData("--min-chunk-size", "5000000")]
    [InlineData("--format", "tar")]
    [InlineData("--format", "zstd-chunked", "--hot-pieces")]
    [InlineData("--format", "zstd-chunked", "--min-chunk-size", "50000")]
    public async Task A_wrong_command_line_is_exit_code_2(params string[] options)
    {
        var run = await ConvertAsync("a", "b", options);

        Assert.Equal((ExitCode.Usage, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("error: ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_layer_or_a_refused_upload_moves_no_tag_and_leaves_nothing()
    {
        var plain = TestLayer.Plain("a");
        var damaged = TestImage.Store(Registry, "damaged", new TestImage("amd64", TestLayer.Plain("b"), plain.Forged(plain.Blob.Length / 2)));
        var run = await ConvertAsync(damaged, Target);
        VerifyTests.AssertError(run, DiagnosticCode.LayerDamaged);
        Assert.Matches($"Layer sha256:[0-9a-f]{{64}} of {Regex.Escape(damaged)}", run.Error);

        var source = TestImage.Store(Registry, "plain", new TestImage("amd64", plain));
        Registry.On(request => request.Method == "PUT" && request.Path.Value!.Contains("/lazy/blobs/", StringComparison.Ordinal), Responses.Error(403, "DENIED"));
        VerifyTests.AssertError(await ConvertAsync(source, Target), DiagnosticCode.CredentialsRefused);

        Assert.Null(Registry.Storage.TagDigest("lazy", "1"));
        Assert.Equal(0, Registry.Storage.OpenUploads);
        Assert.Empty(Directory.EnumerateFiles(Folder["cache"], "*.part", SearchOption.AllDirectories));
    }

    [Requires("kill")]
    public async Task Ctrl_C_takes_back_what_was_sent()
    {
        var source = TestImage.Store(Registry, "plain", new TestImage("amd64", TestLayer.Plain("a")));
        var upload = Registry.On(request => request.Method == "PUT" && request.Path.Value!.Contains("/lazy/blobs/", StringComparison.Ordinal), Responses.Hang());

        var run = await Command.InterruptAsync(
            "dotnet", [ToolRun.Assembly, "convert", source, Target], new Dictionary<string, string?> { ["XDG_CACHE_HOME"] = Folder["cache"] }, null, () => upload.Matches > 0);

        Assert.Equal((ExitCode.Canceled, ""), (run.ExitCode, run.Output));
        Assert.Null(Registry.Storage.TagDigest("lazy", "1"));
        Assert.Equal(0, Registry.Storage.OpenUploads);
    }

    /// <summary>Between repositories of one registry layers are mounted; what has to be sent after all is read before.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Layer_that_is_damaged_in_the_cache_is_made_anew_when_it_is_sent(bool isMounted)
    {
        var plain = TestLayer.Plain([.. Enumerable.Range(0, 2000).Select(i => $"{i}")]);
        var source = TestImage.Store(Registry, "plain", new TestImage("amd64", plain));
        await ConvertAsync(source, Target);
        var cached = Assert.Single(Directory.GetFiles(Folder["cache/estargz/layers"], "*.esgz"));
        await using (var file = File.OpenWrite(cached))
        {
            file.Position = 5000;
            file.Write("damaged"u8);
        }

        if (!isMounted)
        {
            Registry.On(request => request.Query.ContainsKey("mount"), Responses.Error(403, "DENIED"));
        }

        Registry.Forget();
        var other = $"{Registry.Host}/other:1";
        var run = await ConvertAsync(source, other);

        Assert.Equal((ExitCode.Success, ""), (run.ExitCode, run.Error));
        Assert.Equal(Registry.Storage.TagDigest("lazy", "1"), Registry.Storage.TagDigest("other", "1"));
        Assert.Equal(isMounted ? 0 : 1, Registry.Requests.Count(request => request.Method == "GET" && request.Path.EndsWith(plain.Image.Descriptor.Digest.ToString(), StringComparison.Ordinal)));
        await AssertLazyAsync(other);
    }

    private string Target => $"{Registry.Host}/lazy:1";

    private JsonNode Stored(string digest) => JsonNode.Parse(File.ReadAllBytes(Registry.Storage.PathOf(digest)))!;

    [Fact]
    public async Task The_source_does_not_get_the_credentials_of_another_registry()
    {
        await using var elsewhere = await TestRegistry.StartAsync();
        elsewhere.RequireBasic("ann", "other");
        var variables = new Dictionary<string, string?> { ["DOTNET_CONTAINER_REGISTRY_UNAME"] = "ann", ["DOTNET_CONTAINER_REGISTRY_PWORD"] = "s3cret" };

        var run = await ToolRun.RunAsync(variables, "convert", $"{elsewhere.Host}/plain:1", Target);

        VerifyTests.AssertError(run, DiagnosticCode.CredentialsMissing);
        Assert.DoesNotContain(elsewhere.Requests, request => request.Headers.ContainsKey("Authorization"));
    }
}
