using Estargz.Profiles;

namespace Estargz.Recording.Tests;

public sealed class ProfileTests
{
    [Fact]
    public void Paths_do_not_depend_on_the_machine_nor_on_the_patch_release()
    {
        var recording = RecordingTests.Sample(
            "/opt/dotnet/dotnet",
            "/usr/lib/libc.so.6",
            "/opt/dotnet/host/fxr/10.0.1/libhostfxr.so",
            "/srv/app/sub/x y.dll",
            "/opt/dotnet/shared/Microsoft.NETCore.App/10.0.1/System.Runtime.dll",
            "/srv/application/other.dll") with
        {
            AppFolder = "/srv/app",
            DotnetRoot = "/opt/dotnet",
            Command = ["dotnet", "app.dll", "two\nlines"],
            Sources = ["inotify", "maps"],
            ReadySeconds = 1.234,
        };

        Assert.Equal(
            [
                "# framework: Microsoft.NETCore.App 10.0.1",
                "# recorder: inotify, maps",
                "# command: dotnet app.dll two lines",
                "# ready: 1.2 s",
                "$(dotnet)/dotnet",
                "usr/lib/libc.so.6",
                "$(dotnet)/host/fxr/*/libhostfxr.so",
                "$(app)/sub/x y.dll",
                "$(framework:Microsoft.NETCore.App)/System.Runtime.dll",
                "srv/application/other.dll",
                "",
            ],
            recording.ToProfile().ToText().Split('\n')[2..]);
        Assert.StartsWith("# estargz startup profile 1\n# rid: linux-", recording.ToProfile().ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_follow_a_tab()
    {
        var recording = RecordingTests.Sample() with { Files = [new RecordedFile("/usr/lib/libicudata.so.72.1", TouchedPages.Of([new(0, 1), new(9, 9)]))] };

        Assert.EndsWith("\nusr/lib/libicudata.so.72.1\tpages=0-1,9\n", recording.ToProfile().ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_a_line_cannot_hold_is_a_glob_that_matches_it() => Assert.Equal(
        ["a?b", "good", "a?pages=1", "blank?"],
        StartupProfile.Parse(RecordingTests.Sample("/a\nb", "/good", "/a\tpages=1", "/blank ").ToProfile().ToText(), "a test").Paths.AsEnumerable());

    [Fact]
    public void The_runtime_pack_of_a_self_contained_app_is_its_framework()
    {
        using var folder = new TemporaryFolder();
        folder.Write("app.deps.json", """
            {
              "targets": {
                ".NETCoreApp,Version=v10.0/linux-x64": {
                  "app/1.0.0": { "runtime": { "app.dll": {} } },
                  "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/10.0.1": {
                    "runtime": { "System.Runtime.dll": { "assemblyVersion": "10.0.0.0" } },
                    "native": { "libcoreclr.so": { "fileVersion": "0.0.0.0" } }
                  }
                }
              }
            }
            """);
        folder.Write("broken.deps.json", "{");
        var recording = RecordingTests.Sample(folder["libcoreclr.so"], folder["System.Runtime.dll"], folder["app.dll"]) with { AppFolder = folder.Path, RuntimePackFiles = RuntimePackFiles.Read(folder.Path) };

        var lines = recording.ToProfile().ToText().Split('\n');

        Assert.Contains("# framework: Microsoft.NETCore.App 10.0.1", lines);
        Assert.Equal(
            ["$(framework:Microsoft.NETCore.App)/libcoreclr.so", "$(framework:Microsoft.NETCore.App)/System.Runtime.dll", "$(app)/app.dll"],
            lines.Where(line => line.StartsWith('$')));
    }
}
