namespace Estargz.MSBuild.Tests.Peers;

/// <summary>
/// A project in a folder of its own, outside the clone, that is published as a user publishes: with <c>dotnet publish</c>,
/// in a process of its own.
/// </summary>
public sealed class PublishedApp : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private PublishedApp(PackedPackage? package, bool referenced, string folder = "app")
    {
        var feed = package?.Feed ?? SourceTree.Artifact("packages");
        File.WriteAllText(_folder["nuget.config"], $"""
            <configuration><packageSources><add key="estargz-tests" value="{feed}" /></packageSources></configuration>
            """);
        var reference = package is null || referenced ? "" : $"""<ItemGroup><PackageReference Include="Estargz.MSBuild" Version="{package.Version}" /></ItemGroup>""";
        File.WriteAllText(_folder["Directory.Build.props"], $"""
            <Project>
              <PropertyGroup>{(package is null ? "" : $"<EstargzVersion>{package.Version}</EstargzVersion><EstargzCachePath>{package.Cache}</EstargzCachePath>")}</PropertyGroup>
              {reference}
            </Project>
            """);
        Folder = Directory.CreateDirectory(_folder[folder]).FullName;
    }

    /// <summary>The folder of the project, free to be changed by a test.</summary>
    public string Folder { get; }

    /// <summary>What the publish takes away from the modes of files that it makes, in octal; the tests' own unless set.</summary>
    public string? Umask { get; set; }

    /// <summary>Makes a project as <c>dotnet new</c> does.</summary>
    /// <param name="template"><c>web</c>, <c>worker</c>, <c>console</c>.</param>
    /// <param name="package">Our package, which the project then references; null for the SDK alone.</param>
    /// <param name="folder">The project's folder, below one of its own.</param>
    public static async Task<PublishedApp> FromTemplateAsync(string template, PackedPackage? package = null, string folder = "app")
    {
        var app = new PublishedApp(package, referenced: false, folder);
        await ProjectTemplate.CopyAsync(template, app.Folder);
        return app;
    }

    /// <summary>Makes an empty solution.</summary>
    /// <param name="package">Our package, which every project in it then references.</param>
    public static async Task<PublishedApp> SolutionAsync(PackedPackage package)
    {
        var solution = new PublishedApp(package, referenced: false);
        (await Dotnet.RunAsync(["new", "sln", "--name", "app"], folder: solution.Folder)).Succeeded();
        return solution;
    }

    /// <summary>Copies a project of <c>samples/</c>, which references the package by itself.</summary>
    /// <param name="sample">Its name: <c>HelloWeb</c>.</param>
    /// <param name="package">Our package.</param>
    public static PublishedApp FromSample(string sample, PackedPackage package)
    {
        var app = new PublishedApp(package, referenced: true);
        SourceTree.Copy(SourceTree.File("samples", sample), app.Folder);
        return app;
    }

    /// <summary>Runs <c>dotnet publish -t:PublishContainer</c> to a registry on the loopback interface.</summary>
    /// <param name="baseImage">Reference of the base image.</param>
    /// <param name="image">Where to push: <c>HOST/REPOSITORY:TAG</c>.</param>
    /// <param name="properties">More MSBuild properties, or replacements for these.</param>
    /// <param name="environment">More environment variables.</param>
    /// <param name="arguments">More arguments: <c>-m:2</c>.</param>
    /// <returns>Output and exit code; a failed publish throws nothing.</returns>
    public Task<Command> PublishContainerAsync(
        string baseImage,
        string image,
        IReadOnlyDictionary<string, string>? properties = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        params string[] arguments) =>
        PublishAsync([.. Arguments(baseImage, image, properties), .. arguments], Variables(baseImage, image, environment));

    /// <summary>The same, until it is time to press Ctrl+C.</summary>
    /// <param name="baseImage">Reference of the base image.</param>
    /// <param name="image">Where to push.</param>
    /// <param name="properties">More MSBuild properties.</param>
    /// <param name="isTime">Asked again and again.</param>
    public Task<Command> InterruptContainerAsync(string baseImage, string image, IReadOnlyDictionary<string, string> properties, Func<bool> isTime) =>
        Dotnet.InterruptAsync(
            ["publish", "--configuration", "Release", .. Arguments(baseImage, image, properties)], Variables(baseImage, image, null), Folder, isTime);

    /// <summary>What follows <c>dotnet publish</c> for a publish to a registry.</summary>
    /// <param name="baseImage">Reference of the base image.</param>
    /// <param name="image">Where to push.</param>
    /// <param name="properties">More MSBuild properties.</param>
    public static IEnumerable<string> Arguments(string baseImage, string image, IReadOnlyDictionary<string, string>? properties)
    {
        var (slash, colon) = (image.IndexOf('/', StringComparison.Ordinal), image.LastIndexOf(':'));
        var all = new Dictionary<string, string>
        {
            ["ContainerBaseImage"] = baseImage,
            ["ContainerRegistry"] = image[..slash],
            ["ContainerRepository"] = image[(slash + 1)..colon],
            ["ContainerImageTag"] = image[(colon + 1)..],
        };
        foreach (var (name, value) in properties ?? new Dictionary<string, string>())
        {
            all[name] = value;
        }

        return ["-t:PublishContainer", .. all.Select(property => $"-p:{property.Key}={Quoted(property.Value)}")];
    }

    /// <summary>A list reaches MSBuild as one only in quotation marks.</summary>
    private static string Quoted(string value) => value.Contains(';', StringComparison.Ordinal) ? $"\"{value}\"" : value;

    /// <summary>The environment variables of such a publish.</summary>
    /// <param name="baseImage">Reference of the base image.</param>
    /// <param name="image">Where to push.</param>
    /// <param name="environment">More environment variables.</param>
    public static Dictionary<string, string?> Variables(string baseImage, string image, IReadOnlyDictionary<string, string?>? environment)
    {
        var variables = new Dictionary<string, string?> { ["DOTNET_CONTAINER_INSECURE_REGISTRIES"] = $"{image.Split('/')[0]};{baseImage.Split('/')[0]}" };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            variables[name] = value;
        }

        return variables;
    }

    /// <summary>Runs <c>dotnet publish -c Release</c>.</summary>
    /// <param name="arguments">More arguments.</param>
    /// <param name="environment">More environment variables.</param>
    public Task<Command> PublishAsync(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null) =>
        Dotnet.RunAsync(["publish", "--configuration", "Release", .. arguments], environment, Folder, Umask);

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
