using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Publishing;

/// <summary><c>dotnet publish -t:RecordStartupProfile</c>, and what the next publish makes of it.</summary>
[Trait("Category", "Real")]
[Collection("messages")]
public sealed class RecordStartupProfileTests(RegistryFixture registries, PackedPackage package)
{
    [Requires("base-image", "peers")]
    public async Task The_next_publish_has_the_recorded_order()
    {
        using var app = await PublishedApp.FromTemplateAsync("web", package);

        var record = (await app.PublishAsync(["-t:RecordStartupProfile", "-p:EstargzRecordArguments=--token%3Bsecret"])).Succeeded();

        Assert.DoesNotContain("warning", record.Output, StringComparison.Ordinal);
        var profile = await File.ReadAllLinesAsync(Path.Combine(app.Folder, "startup-profile.txt"));
        Assert.Contains(profile, line => line.StartsWith("# command: dotnet app.dll", StringComparison.Ordinal));
        Assert.DoesNotContain(profile, line => line.Contains("secret", StringComparison.Ordinal) || line.Contains(app.Folder, StringComparison.Ordinal));
        Assert.Contains(profile, line => line.StartsWith("$(framework:Microsoft.AspNetCore.App)/", StringComparison.Ordinal));

        var image = $"{(await registries.RegistryAsync()).Host}/recorded/web:1";
        var publish = (await app.PublishContainerAsync(await registries.BaseImageAsync(), image)).Succeeded();
        Assert.DoesNotContain("warning", publish.Output, StringComparison.Ordinal);
        var report = await ReferenceLibrary.VerifyAsync(image, "-require-estargz");
        Assert.True(report.Ok, report.Problems);
        string[] recorded = [.. profile.Where(line => line.StartsWith("$(app)/", StringComparison.Ordinal)).Select(line => "app/" + line.Split('\t')[0]["$(app)/".Length..])];
        Assert.Contains("app/appsettings.json", recorded);
        Assert.Equal(recorded, report.Layers[^1].Prioritized!.Where(name => recorded.Contains(name)));
    }

    [Fact]
    public async Task What_the_app_writes_is_neither_in_its_profile_nor_in_its_publish_folder()
    {
        using var app = await PublishedApp.FromTemplateAsync("console", package);
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "Program.cs"), """
            var log = Path.Combine(AppContext.BaseDirectory, "logs", "app.log");
            Directory.CreateDirectory(Path.GetDirectoryName(log)!);
            File.AppendAllText(log, "started");
            Console.WriteLine(File.ReadAllText(log) + File.Exists("app.runtimeconfig.json"));
            """);

        var record = (await app.PublishAsync(["-t:RecordStartupProfile", "-o", "out", "-v:normal"])).Succeeded();

        Assert.Contains("startedTrue", record.Output, StringComparison.Ordinal);
        var profile = await File.ReadAllTextAsync(Path.Combine(app.Folder, "startup-profile.txt"));
        Assert.Contains("$(app)/app.dll", profile, StringComparison.Ordinal);
        Assert.DoesNotContain(".log", profile, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(app.Folder, "out", "logs")));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(app.Folder, "obj"), "recording", SearchOption.AllDirectories));
    }

    [Requires("kill")]
    public async Task A_canceled_recording_says_that_it_was_one()
    {
        using var app = await PublishedApp.FromTemplateAsync("web", package);

        var output = await RecordUntilAsync("INT", app);

        Assert.Contains(output, line => line.Contains("error ESTARGZ5003: The recording was canceled, and the app ended.", StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(app.Folder, "startup-profile.txt")));
    }

    [Requires("kill")]
    public async Task A_stopped_job_and_a_closed_terminal_leave_no_app_running()
    {
        using var app = await PublishedApp.FromTemplateAsync("web", package);

        foreach (var signal in (string[])["TERM", "HUP"])
        {
            await RecordUntilAsync(signal, app);

            Assert.DoesNotContain(
                Directory.EnumerateDirectories("/proc").Where(process => int.TryParse(Path.GetFileName(process), out _)).Select(CommandOf),
                command => command.Contains(app.Folder, StringComparison.Ordinal) && command.Contains("/estargz/recording/", StringComparison.Ordinal));
            Assert.Empty(Directory.EnumerateDirectories(Path.Combine(app.Folder, "obj"), "recording", SearchOption.AllDirectories));
        }

        Assert.False(File.Exists(Path.Combine(app.Folder, "startup-profile.txt")));

        static string CommandOf(string process)
        {
            try
            {
                return File.ReadAllText(Path.Combine(process, "cmdline"));
            }
            catch (IOException)
            {
                return "";
            }
        }
    }

    [Fact]
    public async Task An_app_for_another_machine_is_one_error()
    {
        using var app = await PublishedApp.FromTemplateAsync("console", package);

        var record = await app.PublishAsync(["-t:RecordStartupProfile", "-r", "linux-s390x", "--no-self-contained", "-p:UseAppHost=false"]);

        Assert.NotEqual(0, record.ExitCode);
        Assert.Contains("error ESTARGZ2005: RuntimeIdentifier is 'linux-s390x'", record.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(app.Folder, "startup-profile.txt")));
    }

    /// <summary>Records until the app has started, and then sends a signal.</summary>
    private static async Task<IReadOnlyList<string>> RecordUntilAsync(string signal, PublishedApp app)
    {
        using var publish = Dotnet.Start(["publish", "--configuration", "Release", "-t:RecordStartupProfile", "-p:EstargzReadyLine=never", "-p:EstargzRecordTimeout=300", "-v:normal", "-m:1"], app.Folder);
        var output = new List<string>();
        while (await publish.StandardOutput.ReadLineAsync() is { } line)
        {
            output.Add(line);
            if (line.Contains("Application started", StringComparison.Ordinal))
            {
                (await Command.RunAsync("kill", [$"-{signal}", $"{publish.Id}"])).Succeeded();
            }
        }

        await publish.WaitForExitAsync();
        Assert.Contains(output, line => line.Contains("Application started", StringComparison.Ordinal));

        // dotnet itself takes SIGTERM for success.
        Assert.True(publish.ExitCode != 0 || signal == "TERM");
        return output;
    }
}
