using Estargz.Profiles;
using static Estargz.Tests.Profiles.TreeSample;

namespace Estargz.Tests.Profiles;

public class TokenFoldersTests
{
    private const string Core = "usr/share/dotnet/shared/Microsoft.NETCore.App";

    private static readonly ImageTree Dependent = Tree(
        ["usr/lib/x86_64-linux-gnu/libc.so.6", "usr/share/host/none"],
        ["usr/share/dotnet/dotnet", "usr/share/dotnet/host/fxr/10.0.12/libhostfxr.so", $"{Core}/10.0.12/System.Runtime.dll", $"{Core}/10.0.12/libcoreclr.so"],
        ["srv/web/web.dll"]);

    private static readonly ImageTree Contained = Tree(
        ["usr/share/dotnet/dotnet", "usr/share/dotnet/host/fxr/10.0.12/libhostfxr.so", $"{Core}/10.0.12/System.Runtime.dll"],
        ["app/web", "app/libhostpolicy.so", "app/System.Runtime.dll"]);

    [Theory]
    [InlineData("$(app)/web.dll", "2:srv/web/web.dll")]
    [InlineData("$(dotnet)/dotnet", "1:usr/share/dotnet/dotnet")]
    [InlineData("$(dotnet)/host/fxr/*/libhostfxr.so", "1:usr/share/dotnet/host/fxr/10.0.12/libhostfxr.so")]
    [InlineData("$(framework:Microsoft.NETCore.App)/System.Runtime.dll", $"1:{Core}/10.0.12/System.Runtime.dll")]
    [InlineData("$(framework:Microsoft.NETCore.App)/lib*.so", $"1:{Core}/10.0.12/libcoreclr.so")]
    [InlineData("$(framework:Microsoft.AspNetCore.App)/System.Runtime.dll", null)]
    [InlineData("usr/lib/*-linux-*/libc.so.6", "0:usr/lib/x86_64-linux-gnu/libc.so.6")]
    public void Tokens_lead_into_the_image(string line, string? found) => Assert.Equal(found, Find(line, Dependent, "/srv/web/"));

    [Theory]
    [InlineData("$(dotnet)/web", "1:app/web")]
    [InlineData("$(framework:Microsoft.NETCore.App)/System.Runtime.dll", "1:app/System.Runtime.dll")]
    public void The_runtime_of_a_self_contained_app_is_its_own(string line, string found) => Assert.Equal(found, Find(line, Contained, "/app"));

    [Fact]
    public void Without_a_runtime_the_folder_is_the_app() =>
        Assert.Equal("0:app/x", Find("$(framework:A)/x", Tree(["app/x"]), "app"));

    [Fact]
    public void All_versions_count() => Assert.Equal(
        ["d/shared/A/1.0/x", "d/shared/A/2.0/x"],
        StartupOrder.Create(StartupProfile.Parse("$(framework:A)/x", "t"), Tree(["d/host/fxr/2.0/y", "d/shared/A/2.0/x", "d/shared/A/1.0/x"])).Entries.Select(entry => entry.Name));

    [Theory]
    [InlineData("usr/share/dotnet/shared/Microsoft.NETCore.App/10.0.12/System.Runtime.dll", "$(framework:Microsoft.NETCore.App)/System.Runtime.dll")]
    [InlineData("usr/share/dotnet/host/fxr/10.0.12/libhostfxr.so", "$(dotnet)/host/fxr/*/libhostfxr.so")]
    [InlineData("usr/share/dotnet/dotnet", "$(dotnet)/dotnet")]
    [InlineData("usr/share/dotnetx/dotnet", "usr/share/dotnetx/dotnet")]
    [InlineData("srv/web/runtimes/a.so", "$(app)/runtimes/a.so")]
    [InlineData("srv/web/[id].js", "$(app)/[id].js")]
    [InlineData("usr/lib/x86_64-linux-gnu/libc.so.6", "usr/lib/*-linux-*/libc.so.6")]
    [InlineData("lib/aarch64-linux-gnu/libc.so.6", "lib/*-linux-*/libc.so.6")]
    [InlineData("usr/lib/x86_64-linux-gnu/a[1]", "usr/lib/x86_64-linux-gnu/a[1]")]
    [InlineData("usr/lib/libc.so.6", "usr/lib/libc.so.6")]
    [InlineData("$(app)/x", "$(app)/x")]
    public void A_recorded_path_becomes_portable(string line, string portable) => Assert.Equal(
        portable, TokenFolders.Of(Dependent, "srv/web").Portable(Assert.Single(StartupProfile.Parse(line, "t").Lines)).ToString());

    [Fact]
    public void A_portable_profile_finds_what_was_recorded()
    {
        var recorded = StartupProfile.Parse($"usr/share/dotnet/dotnet\n{Core}/10.0.12/System.Runtime.dll\nusr/lib/x86_64-linux-gnu/libc.so.6\nsrv/web/web.dll", "t");
        var portable = StartupProfile.Of(recorded.Header, recorded.Lines.Select(TokenFolders.Of(Dependent, "srv/web").Portable));
        Assert.Equal(
            StartupOrder.Create(recorded, Dependent, "srv/web").Entries.AsEnumerable(),
            StartupOrder.Create(StartupProfile.Parse(portable.ToText(), "t"), Dependent, "srv/web").Entries.AsEnumerable());
    }

    [Fact]
    public void Pages_belong_to_the_file_at_the_end()
    {
        var tree = Tree(["lib -> usr/lib", "usr/lib/a.so -> a.so.1", "usr/lib/a.so.1"]);
        var order = StartupOrder.Create(StartupProfile.Parse("usr/lib/a.so.1\nlib/a.so\tpages=1\nusr/lib/a.*\tpages=3", "t"), tree);
        Assert.Equal(["usr/lib/a.so.1 1,3", "lib ", "usr/lib/a.so "], order.Entries.Select(entry => $"{entry.Name} {entry.Pages}"));
    }

    private static string? Find(string line, ImageTree tree, string workingDirectory)
    {
        var entries = StartupOrder.Create(StartupProfile.Parse(line, "t"), tree, workingDirectory).Entries;
        return entries.IsEmpty ? null : $"{Assert.Single(entries).Layer}:{entries[0].Name}";
    }
}
