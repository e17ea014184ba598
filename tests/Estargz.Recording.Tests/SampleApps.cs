using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Estargz.Recording.Tests;

/// <summary>Real apps, published once for all tests that ask for them.</summary>
public sealed class SampleApps : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, Lazy<Task<string>>> _apps;

    public SampleApps() => _apps = new()
    {
        ["HelloConsole"] = new(() => PublishAsync("HelloConsole", CopySample("HelloConsole"))),
        ["HelloWeb"] = new(() => PublishAsync("HelloWeb", CopySample("HelloWeb"))),
        ["SelfContained"] = new(() => PublishAsync("SelfContained", CopySample("HelloWeb"), "--self-contained", "-r", "linux-" + System.Runtime.InteropServices.RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant())),
        ["Shop"] = new(() => PublishAsync("Shop", CopySample("Shop"))),
        ["Worker"] = new(() => PublishAsync("Worker", WriteWorker())),
    };

    /// <summary>The folder that an app is published to.</summary>
    public Task<string> FolderAsync(string name) => _apps[name].Value;

    /// <summary>How to record an app.</summary>
    public async Task<RecordingRequest> RequestAsync(string name)
    {
        var folder = await FolderAsync(name);
        var (command, arguments) = name == "SelfContained"
            ? (Path.Combine(folder, "HelloWeb"), Array.Empty<string>())
            : ("dotnet", [Path.Combine(folder, name + ".dll")]);
        return new RecordingRequest(command, [.. arguments])
        {
            // What an app leaves in its user's folder shall not outlive the test.
            Environment = System.Collections.Immutable.ImmutableDictionary<string, string?>.Empty.Add("HOME", _folder["home"]),
            ChoosePort = name is not ("HelloConsole" or "Worker"),
            Readiness = name switch
            {
                "HelloConsole" => Readiness.Exit,
                "Worker" => Readiness.Output(new Regex("Application started")),
                _ => Readiness.Http(),
            },
        };
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Samples reference our package, which has nothing to do with how an app starts.</summary>
    private string CopySample(string name)
    {
        var source = Path.Combine(RepositoryFolder(), "samples", name);
        var target = _folder["source-" + Guid.NewGuid().ToString("N")];
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        var project = Path.Combine(target, name + ".csproj");
        File.WriteAllLines(project, File.ReadAllLines(project).Where(line => !line.Contains("Estargz.MSBuild", StringComparison.Ordinal)));
        return project;
    }

    private string WriteWorker()
    {
        _folder.Write("worker/Program.cs", """
            using Microsoft.Extensions.Hosting;
            Host.CreateApplicationBuilder(args).Build().Run();
            """);
        return _folder.Write("worker/Worker.csproj", """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup><PackageReference Include="Microsoft.Extensions.Hosting" Version="10.0.0" /></ItemGroup>
            </Project>
            """);
    }

    private async Task<string> PublishAsync(string name, string project, params string[] arguments)
    {
        var folder = _folder[name];
        var start = new ProcessStartInfo("dotnet", ["publish", project, "-c", "Release", "-o", folder, "-m:1", "-v:quiet", "--disable-build-servers", .. arguments]) { RedirectStandardOutput = true };
        using var publish = Process.Start(start)!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0 ? folder : throw new InvalidOperationException($"{name} could not be published:\n{output}");
    }

    private static string RepositoryFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Estargz.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests are outside of the repository.");
        }

        return folder;
    }
}
