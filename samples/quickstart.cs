#:project ../tests/Estargz.TestImages/Estargz.TestImages.csproj
#:project ../tests/Estargz.TestRegistry/Estargz.TestRegistry.csproj
#:property PublishAot=false

// dotnet run samples/quickstart.cs [--base IMAGE] [--verbose]
//
// Everything Estargz does, on this machine alone: packs the package, starts a registry, publishes samples/HelloWeb with
// nothing but `dotnet publish`, and has the tool check every byte of what arrived. Needs the .NET SDK, no Docker, no root.

using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Estargz.TestImages;
using Estargz.Testing;

const string Marker = "-quickstart.";
var root = Path.GetDirectoryName(AppContext.GetData("EntryPointFileDirectoryPath") as string)
    ?? throw new InvalidOperationException("Run this file with the .NET SDK 10.0.100 or newer: dotnet run samples/quickstart.cs");
var packages = Path.Combine(root, "artifacts", "packages");
var version = "0.1.0" + Marker + DateTimeOffset.UtcNow.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
var baseImage = Environment.GetEnvironmentVariable("ContainerBaseImage");
bool verbose = false;
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--verbose":
            verbose = true;
            break;
        case "--base" when i + 1 < args.Length:
            baseImage = args[++i];
            break;
        default:
            Console.Error.WriteLine("usage: dotnet run samples/quickstart.cs [--base IMAGE] [--verbose]");
            return 2;
    }
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
var temporary = Directory.CreateTempSubdirectory("quickstart-").FullName;
try
{
    await QuickstartAsync();
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    Console.Error.WriteLine("quickstart: canceled");
    return 130;
}
catch (Exception e)
{
    Console.Error.WriteLine($"quickstart: {(verbose ? e : e.Message)}");
    return 1;
}
finally
{
    Directory.Delete(temporary, recursive: true);
}

async Task QuickstartAsync()
{
    Tell($"Packing Estargz.MSBuild and Estargz.Tool {version} into artifacts/packages");
    RemoveEarlierPackages();
    foreach (var project in new[] { "Estargz.MSBuild", "Estargz.Tool" })
    {
        // Analyzers are for those who change the code, compiled tasks for those who publish often; without them this ends sooner.
        await DotnetAsync(
            "pack", Path.Combine(root, "src", project), "--configuration", "Release", "--output", packages, $"-p:Version={version}", "-p:RunAnalyzers=false", "-p:EstargzReadyToRun=false");
    }

    await using var registry = await TestRegistry.StartAsync();
    Tell($"Started a registry at {registry.Host}");

    // It speaks plain HTTP, which the SDK's own part of a publish has to be told.
    const string Insecure = "DOTNET_CONTAINER_INSECURE_REGISTRIES";
    Environment.SetEnvironmentVariable(Insecure, $"{registry.Host};{Environment.GetEnvironmentVariable(Insecure)}".TrimEnd(';'));
    if (baseImage is null && !await IsReachableAsync("https://mcr.microsoft.com/v2/"))
    {
        Tell("mcr.microsoft.com cannot be reached: making a base image of this machine's own .NET");
        var image = await Task.Run(() => MachineBaseImage.Write(Path.Combine(temporary, "base")), stop.Token);
        await image.PushAsync(new Uri("http://" + registry.Host), "dotnet/aspnet", "10.0", stop.Token);
        baseImage = $"{registry.Host}/dotnet/aspnet:10.0";
    }

    var reference = $"{registry.Host}/hello-web:quickstart";
    Tell($"Publishing samples/HelloWeb to {reference}" + (baseImage is null ? "" : $" on {baseImage}"));
    await DotnetAsync(
        ["publish", Path.Combine(root, "samples", "HelloWeb"), "--configuration", "Release", "-t:PublishContainer",
        $"-p:EstargzVersion={version}", $"-p:ContainerRegistry={registry.Host}", "-p:ContainerRepository=hello-web", "-p:ContainerImageTag=quickstart",
        .. baseImage is null ? Array.Empty<string>() : [$"-p:ContainerBaseImage={baseImage}"]]);

    Tell("Checking every byte of it with the tool");
    var tool = Path.Combine(temporary, "tool");
    await DotnetAsync("tool", "install", "Estargz.Tool", "--version", version, "--source", packages, "--tool-path", tool);
    var assembly = Directory.GetFiles(tool, "Estargz.Tool.dll", SearchOption.AllDirectories).Single();
    Console.WriteLine();
    Console.Write(await DotnetAsync(assembly, "verify", reference));
    Console.WriteLine($"""

        The same with a registry of yours (credentials as with docker login):
          dotnet publish samples/HelloWeb -t:PublishContainer -p:EstargzVersion={version} -p:ContainerRegistry=registry.example.com -p:ContainerRepository=shop/web
        In a project of yours: add the package Estargz.MSBuild, publish as before.
        """);
}

// Runs the SDK this program runs on; its output is shown only when it is asked for.
async Task<string> DotnetAsync(params string[] arguments)
{
    var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
    var start = new ProcessStartInfo(host, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = root };
    start.Environment["DOTNET_NOLOGO"] = "1";
    start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";

    // A build node that outlives this program would keep the packed tasks open.
    start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
    start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
    foreach (var name in new[] { "MSBuildSDKsPath", "MSBuildExtensionsPath", "MSBUILD_EXE_PATH", "MSBuildLoadMicrosoftTargetsReadOnly" })
    {
        start.Environment.Remove(name);
    }

    if (verbose)
    {
        Tell($"dotnet {string.Join(' ', arguments)}");
    }

    using var process = Process.Start(start)!;
    var output = ReadAsync(process.StandardOutput);
    var error = ReadAsync(process.StandardError);
    try
    {
        await process.WaitForExitAsync(stop.Token);
    }
    catch (OperationCanceledException)
    {
        process.Kill(entireProcessTree: true);
        throw;
    }

    var text = await output;
    if (process.ExitCode == 0)
    {
        return text;
    }

    var lines = $"{text}\n{await error}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    var reason = lines.FirstOrDefault(line => line.Contains("error ", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "it wrote nothing";
    throw new InvalidOperationException($"dotnet {arguments[0]} failed: {reason}{(verbose ? "" : " (--verbose shows everything)")}");
}

async Task<string> ReadAsync(StreamReader reader)
{
    var text = new System.Text.StringBuilder();
    while (await reader.ReadLineAsync() is { } line)
    {
        text.Append(line).Append('\n');
        if (verbose)
        {
            Console.Error.WriteLine(line);
        }
    }

    return text.ToString();
}

// What earlier runs packed, and what restores extracted of it.
void RemoveEarlierPackages()
{
    var extracted = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
    foreach (var package in Directory.GetFiles(packages, $"Estargz.*{Marker}*.nupkg"))
    {
        File.Delete(package);
        var id = Path.GetFileName(package).Contains(".MSBuild.", StringComparison.Ordinal) ? "estargz.msbuild" : "estargz.tool";
        var folder = Path.Combine(extracted, id, Path.GetFileNameWithoutExtension(package)[(id.Length + 1)..]);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

async Task<bool> IsReachableAsync(string url)
{
    using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
    try
    {
        using var answer = await http.GetAsync(new Uri(url), stop.Token);
        return answer.IsSuccessStatusCode;
    }
    catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !stop.IsCancellationRequested))
    {
        return false;
    }
}

void Tell(string step) => Console.Error.WriteLine($"quickstart: {step}");

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
