using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Parity;

/// <summary>The matrix: every property and item of the SDK's that shapes an image, alone and together, and every kind of project.</summary>
public static class ParityCases
{
    private const string Everything = """
        <PropertyGroup>
          <ContainerUser>4711</ContainerUser>
          <ContainerWorkingDirectory>/srv/shop/</ContainerWorkingDirectory>
          <ContainerImageTags>1.2.3;1.2;latest</ContainerImageTags>
          <ContainerAppCommandInstruction>DefaultArgs</ContainerAppCommandInstruction>
          <ContainerVendor>Example Ltd.</ContainerVendor>
        </PropertyGroup>
        <ItemGroup>
          <ContainerLabel Include="team" Value="shop" />
          <ContainerEnvironmentVariable Include="LOG" Value="a=b" />
          <ContainerPort Include="8443" Type="tcp" />
          <ContainerEntrypoint Include="/bin/tini;--" />
          <ContainerDefaultArgs Include="--verbose" />
        </ItemGroup>
        """;

    /// <summary>All cases; without the one for native AOT, which links, where there is no linker.</summary>
    public static IReadOnlyList<ParityCase> All { get; } =
    [
        // Projects
        new("console", "console"),
        new("console-vb", "vb"),
        new("web", "web"),
        new("worker", "worker"),
        new("self-contained", "self-contained"),
        new("single-file", "single-file"),
        new("trimmed", "trimmed"),
        new("ready-to-run", "ready-to-run"),
        .. RequiresAttribute.InPath("gcc") ? [new ParityCase("native-aot", "native-aot")] : Array.Empty<ParityCase>(),
        new("musl", "musl"),
        new("arm64", "arm64"),
        new("invariant", "invariant"),
        new("frameworks", "frameworks") { CommandLine = "TargetFramework=net10.0" },
        new("profile", "web") { CommandLine = "PublishProfile=DefaultContainer", Targets = "Publish" },

        // Several RIDs
        new("rids", "rids"),
        new("rids-container", "rids", Property("ContainerRuntimeIdentifiers", "linux-arm64")),
        new("rids-one", "rids", Property("ContainerRuntimeIdentifier", "linux-arm64")),
        new("rids-serial", "rids", Property("ContainerPublishInParallel", "false")),
        new("rids-settings", "rids", Property("ContainerImageTags", "1;2") + Property("ContainerUser", "root") + """
            <ItemGroup>
              <ContainerLabel Include="team" Value="shop" />
              <ContainerEnvironmentVariable Include="LOG" Value="a=b" />
              <ContainerPort Include="8443" Type="tcp" />
              <ContainerPort Include="5353" Type="udp" />
            </ItemGroup>
            """),

        // The same, where values have colons
        new("rids-colons", "rids", """
            <ItemGroup>
              <ContainerLabel Include="url" Value="https://example.org:8443/x" />
              <ContainerEnvironmentVariable Include="ADDRESS" Value="http://h:80/y" />
            </ItemGroup>
            """),

        // Where it goes
        new("archive", "console") { Archive = true },
        new("archive-rids", "rids") { Archive = true },
        new("tag", "console", Property("ContainerImageTag", "1.0")),
        new("tags", "console", Property("ContainerImageTags", "1.0.1;1.0;1;latest")),
        new("tag-of-studio", "console", Property("PublishImageTag", "studio")),
        new("registry-of-studio", "console", "<PropertyGroup><RegistryUrl>$(ContainerRegistry)</RegistryUrl><ContainerRegistry /></PropertyGroup>"),
        new("image-name", "console", "<PropertyGroup><ContainerImageName>$(ContainerRepository)</ContainerImageName><ContainerRepository /></PropertyGroup>"),
        new("format-oci", "console", Property("ContainerImageFormat", "OCI")),

        // What it starts from
        new("docker-base", "console") { Base = ParityBase.Docker },
        new("docker-base-oci", "console", Property("ContainerImageFormat", "OCI")) { Base = ParityBase.Docker },
        new("docker-base-user", "web", Property("ContainerUser", "app")) { Base = ParityBase.Docker },
        new("base-rid", "console", Property("ContainerRuntimeIdentifier", "linux-arm64")),
        new("base-family", "console", Property("ContainerFamily", "alpine")),

        // Who runs it, and where
        new("user-name", "console", Property("ContainerUser", "app")),
        new("user-number", "console", Property("ContainerUser", "4711")),
        new("user-root", "console", Property("ContainerUser", "root")),
        new("user-and-group", "console", Property("ContainerUser", "4711:4712")),
        new("folder", "console", Property("ContainerWorkingDirectory", "/opt/shop/")),
        new("folder-without-slash", "console", Property("ContainerWorkingDirectory", "/opt/shop")),
        new("folder-of-base", "console", Property("ContainerWorkingDirectory", "/srv/")),
        new("folder-of-base-and-user", "console", Property("ContainerWorkingDirectory", "/srv/") + Property("ContainerUser", "4711")),
        new("empty-folders", "empty-folders", ""),

        // How it starts
        new("entrypoint", "console", Items("""<ContainerEntrypoint Include="/bin/tini" />""")),
        new("entrypoint-args", "console", Items("""<ContainerEntrypoint Include="/bin/tini;-g" /><ContainerEntrypointArgs Include="--" />""")),
        new("default-args", "console", Items("""<ContainerDefaultArgs Include="serve;--port=1" />""")),
        new("app-command", "console", Items("""<ContainerAppCommand Include="dotnet;app.dll" />""")),
        new("app-command-args", "console", Items("""<ContainerAppCommandArgs Include="--config;/etc/shop.json" />""")),
        new("instruction-entrypoint", "console", Property("ContainerAppCommandInstruction", "Entrypoint")),
        new("instruction-default-args", "console", Property("ContainerAppCommandInstruction", "DefaultArgs")),
        new("instruction-none", "console", Property("ContainerAppCommandInstruction", "None") + Items("""<ContainerEntrypoint Include="/bin/run" />""")),

        // What it is told
        new("variables", "console", Items("""
            <ContainerEnvironmentVariable Include="LOG" Value="a=b;c 'd' &quot;e&quot; $HOME" />
            <ContainerEnvironmentVariable Include="PATH" Value="/only" />
            <ContainerEnvironmentVariable Include="EMPTY" Value="" />
            """)),
        new("ports", "console", Items("""<ContainerPort Include="80" Type="tcp" /><ContainerPort Include="53" Type="udp" /><ContainerPort Include="81" />""")),
        new("ports-of-urls", "web", Items("""<ContainerEnvironmentVariable Include="ASPNETCORE_URLS" Value="http://+:5000;https://+:5001" />""")),
        new("ports-of-variables", "web", Items("""
            <ContainerEnvironmentVariable Include="ASPNETCORE_HTTP_PORTS" Value="7000;7001" /><ContainerEnvironmentVariable Include="ASPNETCORE_HTTPS_PORTS" Value="7443" />
            """)),

        // What it says of itself
        new("labels", "console", Items("""<ContainerLabel Include="url" Value="https://example.org:8443/x" /><ContainerLabel Include="base.label" Value="mine" />""")),
        new("labels-none", "console", Property("ContainerGenerateLabels", "false")),
        new("labels-some", "console", string.Concat(
            new[] { "ImageCreated", "ImageVersion", "ImageBaseDigest", "ImageBaseName", "DotnetToolset" }.Select(name => Property("ContainerGenerateLabels" + name, "false")))),
        new("labels-of-package", "console",
            Property("Description", "Sells shoes") + Property("Authors", "A;B") + Property("PackageProjectUrl", "https://example.org") + Property("PackageLicenseExpression", "MIT") +
            Property("Title", "Shop") + Property("Version", "3.2.1")),
        new("labels-of-container", "console", string.Concat(
            new[] { "Description", "Authors", "InformationUrl", "DocumentationUrl", "Version", "Vendor", "LicenseExpression", "Title" }.Select(name => Property("Container" + name, "our " + name)))),
        new("labels-of-repository", "console", Property("PublishRepositoryUrl", "true") + Property("RepositoryType", "git") +
            Property("PrivateRepositoryUrl", "https://example.org/shop.git") + Property("SourceRevisionId", "0123456789abcdef0123456789abcdef01234567")),

        // Together
        new("everything", "console", Everything),
        new("everything-web", "web", Everything),
        new("everything-docker-base", "worker", Everything) { Base = ParityBase.Docker },
        new("everything-arm64", "arm64", Everything),
    ];

    private static string Property(string name, string value) => $"<PropertyGroup><{name}>{value}</{name}></PropertyGroup>";

    private static string Items(string items) => $"<ItemGroup>{items}</ItemGroup>";
}
