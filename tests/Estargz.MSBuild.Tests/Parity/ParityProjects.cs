using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Parity;

/// <summary>
/// The projects of the matrix, once for each side, and one build that publishes all cases: a process and a compilation for
/// each of them would take a quarter of an hour.
/// </summary>
public sealed class ParityProjects : IDisposable
{
    private const string Program = "System.Console.WriteLine(\"Hello\");";
    private const string Console = "<OutputType>Exe</OutputType>";

    private readonly TemporaryFolder _folder = new();
    private readonly string _host;
    private readonly string _side;

    /// <summary>Writes the projects.</summary>
    /// <param name="host">The registry.</param>
    /// <param name="side">What comes before the name of each repository: <c>stock</c>, <c>ours</c>.</param>
    /// <param name="package">Our package, which all projects then reference; null for the SDK alone.</param>
    public ParityProjects(string host, string side, PackedPackage? package)
    {
        (_host, _side) = (host, side);
        var feed = package?.Feed ?? SourceTree.Artifact("packages");
        Write("nuget.config", $"""<configuration><packageSources><add key="estargz-tests" value="{feed}" /></packageSources></configuration>""");
        Write("Directory.Build.props", $"""
            <Project>
              <PropertyGroup>
                <ContainerRegistry>{host}</ContainerRegistry>
                <ContainerRepository>{side}/$(ParityCase)</ContainerRepository>
              </PropertyGroup>
              <!-- What our package sets by itself: the same bytes from compiler and trimmer, in whichever folder. -->
              <PropertyGroup Condition="'{side}' == 'stock'">
                <PathMap>$(MSBuildProjectDirectory)=/_/$(MSBuildProjectName)</PathMap>
                <_TrimmerPreserveSymbolPaths>true</_TrimmerPreserveSymbolPaths>
              </PropertyGroup>
              <PropertyGroup Condition="'{side}' != 'stock'">
                <EstargzCachePath>{package?.Cache}</EstargzCachePath>
              </PropertyGroup>
              {(package is null ? "" : $"""<ItemGroup><PackageReference Include="Estargz.MSBuild" Version="{package.Version}" /></ItemGroup>""")}
              <Import Project="cases/$(ParityCase).props" Condition="'$(ParityCase)' != ''" />
            </Project>
            """);
        Write("all.proj", All());
        foreach (var one in ParityCases.All)
        {
            Write($"cases/{one.Name}.props", $"""
                <Project>
                  <PropertyGroup>
                    <ContainerBaseImage>{host}/{one.Base}</ContainerBaseImage>
                    {(one.Archive ? $"<ContainerArchiveOutputPath>{ArchiveOf(one)}</ContainerArchiveOutputPath>" : "")}
                  </PropertyGroup>
                  {one.Settings}
                </Project>
                """);
        }

        WriteProjects();
    }

    /// <summary>Publishes all cases, one after the other.</summary>
    /// <returns>Output and exit code; a failed publish throws nothing.</returns>
    public async Task<Command> PublishAsync()
    {
        var publish = await Dotnet.RunAsync(
            ["msbuild", "all.proj", "-restore", "-t:Run", "-m:1", "-nologo", "-v:minimal", "-p:Configuration=Release", "-p:_IsPublishing=true"],
            new Dictionary<string, string?> { ["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = _host },
            _folder.Path);
        foreach (var one in ParityCases.All.Where(one => one.Archive && File.Exists(ArchiveOf(one))))
        {
            await Skopeo.PushAllAsync($"oci-archive:{ArchiveOf(one)}", $"{_host}/{_side}/{one.Name}:latest");
        }

        return publish;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private string ArchiveOf(ParityCase one) => _folder[$"archives/{one.Name}.tar"];

    private static string All() => $"""
        <Project>
          <ItemGroup>
            {string.Join('\n', ParityCases.All.Select(one => one.Project).Distinct().Select(name => $"""<Restored Include="{name}/app.{(name == "vb" ? "vb" : "cs")}proj" />"""))}
          </ItemGroup>
          <Target Name="Restore">
            <MSBuild Projects="@(Restored)" Targets="Restore" />
          </Target>
          <Target Name="Run">
            {string.Join('\n', ParityCases.All.Select(one => $"""
                <MSBuild Projects="{one.Project}/app.{(one.Project == "vb" ? "vb" : "cs")}proj" Targets="{one.Targets}" Properties="ParityCase={one.Name};{one.CommandLine}" ContinueOnError="ErrorAndContinue" />
                """))}
          </Target>
        </Project>
        """;

    private void WriteProjects()
    {
        WriteProject("console", "Microsoft.NET.Sdk", Console);
        WriteProject("self-contained", "Microsoft.NET.Sdk", Console + "<RuntimeIdentifier>linux-x64</RuntimeIdentifier><SelfContained>true</SelfContained>");
        WriteProject("single-file", "Microsoft.NET.Sdk", Console + "<RuntimeIdentifier>linux-x64</RuntimeIdentifier><SelfContained>true</SelfContained><PublishSingleFile>true</PublishSingleFile>");
        WriteProject("trimmed", "Microsoft.NET.Sdk", Console + "<RuntimeIdentifier>linux-x64</RuntimeIdentifier><PublishTrimmed>true</PublishTrimmed>");
        WriteProject("ready-to-run", "Microsoft.NET.Sdk", Console + "<RuntimeIdentifier>linux-x64</RuntimeIdentifier><PublishReadyToRun>true</PublishReadyToRun><SelfContained>false</SelfContained>");
        WriteProject("native-aot", "Microsoft.NET.Sdk", Console + "<RuntimeIdentifier>linux-x64</RuntimeIdentifier><PublishAot>true</PublishAot>");
        WriteProject("musl", "Microsoft.NET.Sdk", Console + "<RuntimeIdentifier>linux-musl-x64</RuntimeIdentifier><SelfContained>false</SelfContained>");
        WriteProject("arm64", "Microsoft.NET.Sdk", Console + "<RuntimeIdentifier>linux-arm64</RuntimeIdentifier><SelfContained>false</SelfContained>");
        WriteProject("invariant", "Microsoft.NET.Sdk", Console + "<InvariantGlobalization>true</InvariantGlobalization><SatelliteResourceLanguages>en</SatelliteResourceLanguages>");
        WriteProject("frameworks", "Microsoft.NET.Sdk", Console, framework: "<TargetFrameworks>net10.0;net8.0</TargetFrameworks>");
        WriteProject("rids", "Microsoft.NET.Sdk", Console + "<RuntimeIdentifiers>linux-x64;linux-arm64</RuntimeIdentifiers><SelfContained>false</SelfContained>");
        WriteProject("worker", "Microsoft.NET.Sdk.Worker", "", """<ItemGroup><PackageReference Include="Microsoft.Extensions.Hosting" Version="$(BundledNETCoreAppPackageVersion)" /></ItemGroup>""");
        WriteProject("empty-folders", "Microsoft.NET.Sdk", Console, """
            <Target Name="MakeFolders" AfterTargets="CopyFilesToPublishDirectory"><MakeDir Directories="$(PublishDir)uploads;$(PublishDir)wwwroot/x/y" /></Target>
            """);
        WriteProject("web", "Microsoft.NET.Sdk.Web", "");
        Write("web/appsettings.json", "{}");
        Write("web/wwwroot/site.css", "body { margin: 0 }");
        Write("web/wwwroot/img/leer zeichen é.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" />");
        Write("vb/app.vbproj", Project("Microsoft.NET.Sdk", Console, "", "<TargetFramework>net10.0</TargetFramework>"));
        Write("vb/Program.vb", "Module Program\n  Sub Main()\n    System.Console.WriteLine(\"Hello\")\n  End Sub\nEnd Module\n");
    }

    private void WriteProject(string name, string sdk, string properties, string items = "", string framework = "<TargetFramework>net10.0</TargetFramework>")
    {
        Write($"{name}/app.csproj", Project(sdk, properties, items, framework));
        Write($"{name}/Program.cs", Program);
    }

    private static string Project(string sdk, string properties, string items, string framework) =>
        $"""<Project Sdk="{sdk}"><PropertyGroup>{framework}{properties}</PropertyGroup>{items}</Project>""";

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[path])!);
        File.WriteAllText(_folder[path], text);
    }
}
