using System.Runtime.InteropServices;
using Estargz.Profiles;

namespace Estargz.Tests.Profiles;

public class DotnetStartupSetTests
{
    [Fact]
    public void The_text_is_a_profile_with_a_header()
    {
        var all = StartupProfile.Parse(DotnetStartupSet.Text, "the test");
        Assert.StartsWith("# estargz startup profile 1\n", DotnetStartupSet.Text, StringComparison.Ordinal);
        Assert.Equal(["Microsoft.NETCore.App", "Microsoft.AspNetCore.App"], all.Header.Frameworks.Select(framework => framework.Name));
        Assert.InRange(all.Lines.Length, 160, 300);
        Assert.Equal(all.ToText(), StartupProfile.Parse(all.ToText(), "the test").ToText());
    }

    [Fact]
    public void Every_line_is_shared_or_read_by_apps_of_a_kind() => Assert.Equal(
        StartupProfile.Parse(DotnetStartupSet.Text, "the test").Paths.Order(StringComparer.Ordinal),
        DotnetStartupSet.Shared.Paths.Union(DotnetStartupSet.For(Shape(AppKind.FrameworkDependent, web: true, "System.Net.Http", "Microsoft.AspNetCore.Components", "Microsoft.AspNetCore.Mvc.Razor")).Paths).Order(StringComparer.Ordinal));

    /// <summary>A large file that only some apps read would be fetched by all.</summary>
    [Theory]
    [InlineData("Microsoft.AspNetCore.App", "Microsoft.AspNetCore.Mvc.Core.dll", false)]
    [InlineData("Microsoft.AspNetCore.App", "Microsoft.AspNetCore.Mvc.ViewFeatures.dll", false)]
    [InlineData("Microsoft.NETCore.App", "System.Private.Xml.dll", false)]
    [InlineData("Microsoft.NETCore.App", "System.Net.Http.dll", false)]
    [InlineData("Microsoft.AspNetCore.App", "Microsoft.AspNetCore.Mvc.dll", true)]
    [InlineData("Microsoft.NETCore.App", "System.Xml.XDocument.dll", true)]
    public void Of_what_some_apps_read_the_small_files_are_shared(string framework, string file, bool shared) =>
        Assert.Equal(shared, DotnetStartupSet.Shared.Paths.Contains($"$(framework:{framework})/{file}"));

    /// <summary>Those of the frameworks; those of the system have globs for several systems.</summary>
    [Fact]
    public void Most_lines_match_the_dotnet_of_this_machine()
    {
        var runtime = new DirectoryInfo(RuntimeEnvironment.GetRuntimeDirectory());
        var root = runtime.Parent!.Parent!.Parent!;
        var files = new[] { "shared/Microsoft.NETCore.App", "shared/Microsoft.AspNetCore.App", "host" }
            .Select(folder => Path.Combine(root.FullName, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            .Select(file => "opt/dotnet/" + Path.GetRelativePath(root.FullName, file).Replace('\\', '/'));
        var lines = StartupProfile.Of(ProfileHeader.Empty, StartupProfile.Parse(DotnetStartupSet.Text, "the test").Lines.Where(line => line.Token?.FrameworkName is not null && line.Path.EndsWith(".dll", StringComparison.Ordinal)));
        var tree = ImageTree.Build([files.Select(file => new TreeEntry(file, TreeEntryType.File))]);
        var check = ProfileCheck.Of(lines, tree, "/app", null);
        Assert.True(check.Percentage >= 90, "not here: " + string.Join(' ', check.Missing));
    }

    [Theory]
    [InlineData(AppKind.FrameworkDependent, false, "every runtime icu")]
    [InlineData(AppKind.FrameworkDependent, true, "every runtime icu host web")]
    [InlineData(AppKind.FrameworkDependent, false, "every runtime icu openssl tls", "System.Net.Http")]
    [InlineData(AppKind.FrameworkDependent, false, "every runtime icu host", "Microsoft.Extensions.Hosting")]
    [InlineData(AppKind.FrameworkDependent, true, "every runtime icu host web openssl protection", "Microsoft.AspNetCore.Authentication.Cookies")]
    [InlineData(AppKind.FrameworkDependent, true, "every runtime icu host web mvc", "Microsoft.AspNetCore.Mvc.Core")]
    [InlineData(AppKind.FrameworkDependent, true, "every runtime icu host web openssl mvc razor protection", "Microsoft.AspNetCore.Mvc.RazorPages")]
    [InlineData(AppKind.FrameworkDependent, true, "every runtime icu host web openssl blazor protection", "Microsoft.AspNetCore.Components.Web")]
    [InlineData(AppKind.SingleFile, false, "every icu")]
    [InlineData(AppKind.NativeAot, false, "every icu")]
    public void An_app_reads_what_apps_of_its_kind_read(AppKind kind, bool web, string parts, params string[] references)
    {
        var paths = DotnetStartupSet.For(Shape(kind, web, references)).Paths;
        (string Part, string Path)[] samples =
        [
            ("every", "usr/lib/*-linux-gnu*/libc.so.6"), ("runtime", "$(framework:Microsoft.NETCore.App)/libcoreclr.so"), ("icu", "usr/lib/libicuuc.so.*"),
            ("host", "$(framework:Microsoft.NETCore.App)/System.ComponentModel.dll"), ("web", "$(framework:Microsoft.AspNetCore.App)/Microsoft.AspNetCore.dll"),
            ("openssl", "etc/ssl/openssl.cnf"), ("tls", "etc/ssl/certs/*"),
            ("mvc", "$(framework:Microsoft.AspNetCore.App)/Microsoft.AspNetCore.Mvc.Core.dll"), ("razor", "$(framework:Microsoft.AspNetCore.App)/Microsoft.AspNetCore.Mvc.Razor.dll"),
            ("blazor", "$(framework:Microsoft.AspNetCore.App)/Microsoft.AspNetCore.SignalR.Core.dll"), ("protection", "$(framework:Microsoft.NETCore.App)/System.Private.Xml.dll"),
        ];
        Assert.Equal(parts, string.Join(' ', samples.Where(sample => paths.Contains(sample.Path)).Select(sample => sample.Part)));
        Assert.Equal(web, paths.Any(path => path.Contains("AspNetCore.App", StringComparison.Ordinal)));
    }

    /// <summary>It is added to a recording, whose header is its own.</summary>
    [Fact]
    public void What_starts_a_container_is_not_a_recording()
    {
        Assert.Equal(["etc/passwd", "etc/group"], DotnetStartupSet.Container.Paths.AsEnumerable());
        Assert.Equal((null, 0), (DotnetStartupSet.Container.Header.Recorder, DotnetStartupSet.Container.Header.Frameworks.Length));
    }

    [Fact]
    public void Without_culture_no_ICU_is_read() => Assert.DoesNotContain(
        DotnetStartupSet.For(Shape(AppKind.FrameworkDependent, web: true) with { InvariantGlobalization = true }).Paths,
        path => path.Contains("icu", StringComparison.Ordinal));

    [Fact]
    public void A_self_contained_app_has_its_own_host()
    {
        var paths = DotnetStartupSet.For(Shape(AppKind.SelfContained, web: true)).Paths;
        Assert.Contains("$(framework:Microsoft.NETCore.App)/libcoreclr.so", paths);
        Assert.DoesNotContain(paths, path => path.StartsWith("$(dotnet)", StringComparison.Ordinal));
    }

    private static AppShape Shape(AppKind kind, bool web, params string[] references) => new()
    {
        Name = "app",
        Kind = kind,
        Frameworks = kind is AppKind.SingleFile or AppKind.NativeAot ? [] : [new("Microsoft.NETCore.App", "10.0.0"), .. web ? new[] { new FrameworkVersion("Microsoft.AspNetCore.App", "10.0.0") } : []],
        Assemblies = [.. references.Select(name => new AppAssembly(name, false))],
    };
}
