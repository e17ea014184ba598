using System.Text.RegularExpressions;
using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary>A mistake is one line with a code, what was wrong and what to do; never a stack trace, and no tag moves.</summary>
[Trait("Category", "Real")]
[Collection("messages")]
public sealed partial class BadInputTests(RegistryFixture registries, PackedPackage package)
{
    [Requires("base-image")]
    public Task A_profile_that_is_not_there() => FailAsync("ESTARGZ2001", "there is no such file", ("EstargzStartupProfile", "missing.txt"));

    [Requires("base-image")]
    public Task A_registry_that_does_not_answer() => FailAsync("ESTARGZ4001", "ContainerRegistry", ("ContainerRegistry", "localhost:1"));

    [Requires("base-image")]
    public Task A_base_image_in_a_registry_that_does_not_answer() =>
        FailAsync("ESTARGZ4001", "ContainerBaseImage", ("ContainerBaseImage", "localhost:1/base:1"));

    [Fact]
    public async Task The_SDK_alone_shows_a_stack_trace_where_the_base_image_cannot_be_had()
    {
        // Why ours looks first. When this fails, the SDK is mended.
        using var app = await PublishedApp.FromTemplateAsync("console");

        var publish = await app.PublishContainerAsync("localhost:1/base:1", "localhost:1/bad/stock:1");

        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("   at ", publish.Output, StringComparison.Ordinal);
    }

    [Requires("base-image")]
    public async Task A_base_image_that_is_not_there() =>
        await FailAsync("ESTARGZ4004", "ContainerBaseImage", ("ContainerBaseImage", $"{(await registries.RegistryAsync()).Host}/nobody/has:this"));

    [Requires("base-image")]
    public Task A_host_name_that_does_not_exist() => FailAsync("ESTARGZ4001", "no such host", ("ContainerBaseImage", "registry.invalid/base:1"));

    [Requires("base-image")]
    public async Task A_registry_without_TLS_that_is_not_listed() => await FailAsync(
        "ESTARGZ4001",
        "DOTNET_CONTAINER_INSECURE_REGISTRIES",
        [],
        new Dictionary<string, string?> { ["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = null });

    [Requires("base-image")]
    public Task Hot_pieces_that_are_neither_on_nor_off() =>
        FailAsync("ESTARGZ1003", "EstargzHotPieces is 'yes': it has to be false or true", ("EstargzHotPieces", "yes"));

    [Requires("base-image")]
    public Task Taking_part_neither_nor() =>
        FailAsync("ESTARGZ1003", "EstargzEnabled is 'maybe': it has to be true or false", ("EstargzEnabled", "maybe"));

    [Requires("base-image")]
    public Task A_working_directory_below_a_file_of_the_base_image() =>
        FailAsync("ESTARGZ1003", "'/etc/passwd' is a file of the base image", ("ContainerWorkingDirectory", "/etc/passwd/app"));

    [Requires("base-image")]
    public Task A_working_directory_that_is_the_root() =>
        FailAsync("ESTARGZ1003", "only into a folder below the root", ("ContainerWorkingDirectory", "/"));

    [Requires("base-image")]
    public Task An_instruction_that_nobody_knows() =>
        FailAsync("ESTARGZ1003", "DefaultArgs, Entrypoint or None", ("ContainerAppCommandInstruction", "Foo"));

    [Requires("base-image")]
    public Task Docker_manifests() => FailAsync("ESTARGZ1002", "OCI", ("ContainerImageFormat", "Docker"));

    [Requires("base-image")]
    public Task An_old_SDK() => FailAsync("ESTARGZ1001", "10.0.100", ("NETCoreSdkVersion", "9.0.300"));

    [Requires("base-image")]
    public Task A_chunk_size_that_is_no_number() => FailAsync("ESTARGZ1003", "EstargzChunkSize", ("EstargzChunkSize", "4MiB"));

    [Requires("base-image")]
    public Task A_level_that_does_not_exist() => FailAsync("ESTARGZ1003", "EstargzCompressionLevel", ("EstargzCompressionLevel", "10"));

    [Requires("base-image")]
    public Task An_unknown_compressor() => FailAsync("ESTARGZ1003", "managed or zlib", ("EstargzCompressor", "zstd"));

    [Requires("base-image")]
    public Task An_unknown_way_with_the_base_image() => FailAsync("ESTARGZ1003", "convert or keep", ("EstargzBaseImage", "yes"));

    [Requires("base-image")]
    public Task A_time_that_is_no_number() => FailAsync("ESTARGZ1003", "SOURCE_DATE_EPOCH", ("SOURCE_DATE_EPOCH", "yesterday"));

    [Requires("base-image")]
    public Task A_cache_that_cannot_be_written() => FailAsync("ESTARGZ5002", "EstargzCachePath", ("EstargzCachePath", "/proc/estargz"));

    [Requires("base-image")]
    public Task An_archive_where_nothing_can_be_written() =>
        FailAsync("ESTARGZ5004", "ContainerArchiveOutputPath", ("ContainerArchiveOutputPath", "/proc/estargz/image.tar"));

    [Requires("base-image")]
    public async Task A_layout_in_a_folder_of_other_files()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["notes.txt"], "mine");
        await FailAsync("ESTARGZ5004", "no OCI layout", ("EstargzOciLayoutPath", folder.Path));
        Assert.Equal([folder["notes.txt"]], Directory.GetFileSystemEntries(folder.Path));
    }

    [Requires("base-image")]
    public async Task A_file_in_the_place_of_a_folder()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["file"], "mine");
        await FailAsync("ESTARGZ5004", "is a file", ("EstargzOciLayoutPath", folder["file"]));
        await FailAsync("ESTARGZ5002", "it is a file", ("EstargzCachePath", folder["file"]));
        Assert.Equal("mine", await File.ReadAllTextAsync(folder["file"]));
    }

    [Requires("base-image")]
    public Task A_link_that_is_none() => FailAsync("ESTARGZ1003", "EstargzLink", ("EstargzLink", "20ms"));

    [Requires("base-image")]
    public Task An_archive_and_a_layout_at_once() =>
        FailAsync("ESTARGZ1003", "one place", ("ContainerArchiveOutputPath", "image.tar"), ("EstargzOciLayoutPath", "oci"));

    [Requires("base-image")]
    public Task A_layout_of_a_Windows_image() =>
        FailAsync("ESTARGZ1003", "Windows", ("ContainerRuntimeIdentifier", "win-x64"), ("EstargzOciLayoutPath", "oci"));

    [Requires("base-image")]
    public Task A_registry_that_does_not_answer_to_several_RIDs() =>
        FailAsync("ESTARGZ4001", "ContainerRegistry", ("ContainerRegistry", "localhost:1"), ("RuntimeIdentifiers", "linux-x64;linux-arm64"));

    [Requires("base-image")]
    public async Task A_base_image_without_one_of_several_platforms() => await FailAsync(
        "ESTARGZ4011",
        "linux/s390x",
        ("ContainerBaseImage", await registries.IndexBaseImageAsync()),
        ("RuntimeIdentifiers", "linux-x64"),
        ("ContainerRuntimeIdentifiers", "linux-x64;linux-s390x"));

    [Requires("base-image")]
    public async Task A_wrong_password_and_none_at_all()
    {
        await using var registry = await DockerRegistry.StartAsync(authentication: true);
        (string, string)[] properties = [("ContainerRegistry", registry.Host)];
        Dictionary<string, string?> credentials = new()
        {
            ["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = $"{registry.Host};{(await registries.RegistryAsync()).Host}",
            ["DOCKER_CONFIG"] = "/nonexistent",
        };

        await FailAsync("ESTARGZ4002", "docker login", properties, credentials);
        credentials["DOTNET_CONTAINER_PUSH_REGISTRY_UNAME"] = DockerRegistry.User;
        credentials["DOTNET_CONTAINER_PUSH_REGISTRY_PWORD"] = "not-the-password";
        var output = await FailAsync("ESTARGZ4003", "DOTNET_CONTAINER_PUSH_REGISTRY_UNAME", properties, credentials);

        Assert.DoesNotContain("not-the-password", output, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Requests, r => r.Method == "PUT");
    }

    [Requires("base-image")]
    public async Task What_the_SDK_refuses_ends_the_layers_that_were_begun()
    {
        using var app = await PublishedApp.FromTemplateAsync("web", package);
        using var cache = new TemporaryFolder();
        var registry = await registries.RegistryAsync();
        var properties = new Dictionary<string, string>
        {
            ["ContainerGenerateLabels"] = "perhaps",
            ["EstargzCachePath"] = cache["cache"],
            ["RuntimeIdentifier"] = "linux-x64",
            ["SelfContained"] = "true",
        };

        var publish = await app.PublishContainerAsync(await registries.BaseImageAsync(), $"{registry.Host}/bad/begun:1", properties);

        // The error is MSBuild's own, of the SDK's task.
        Assert.NotEqual(0, publish.ExitCode);
        Assert.Contains("CreateNewImage", publish.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("error ESTARGZ", publish.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Requests, r => r.Method == "PUT" && r.Path.Contains("/bad/begun/manifests/", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(Path.Combine(cache["cache"], "tmp")));
    }

    private Task<string> FailAsync(string code, string says, params (string Name, string Value)[] properties) =>
        FailAsync(code, says, properties, null);

    private async Task<string> FailAsync(
        string code, string says, (string Name, string Value)[] properties, IReadOnlyDictionary<string, string?>? environment)
    {
        using var app = await PublishedApp.FromTemplateAsync("console", package);
        var registry = await registries.RegistryAsync();
        var repository = $"bad/{Guid.NewGuid():N}";

        // The properties of the mistake come last, so they replace what makes the publish right.
        var publish = await app.PublishContainerAsync(
            await registries.BaseImageAsync(), $"{registry.Host}/{repository}:1", properties.ToDictionary(p => p.Name, p => p.Value), environment);

        var errors = ErrorLine().Matches(publish.Output + publish.Error).Select(m => m.Value).Distinct().ToList();
        Assert.NotEqual(0, publish.ExitCode);
        Assert.True(errors.Count == 1, publish.Output);
        Assert.Contains($"error {code}: ", errors[0], StringComparison.Ordinal);
        Assert.Contains(says, errors[0], StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", publish.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(registry.Requests, r => r.Method == "PUT" && r.Path.Contains(repository, StringComparison.Ordinal));
        return publish.Output + publish.Error;
    }

    [GeneratedRegex("^.*error [A-Z]+[0-9]+:.*$", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();
}
