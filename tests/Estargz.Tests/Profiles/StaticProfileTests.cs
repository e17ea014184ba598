using System.Buffers.Binary;
using System.Security.Cryptography;
using Estargz.Profiles;

namespace Estargz.Tests.Profiles;

public sealed class StaticProfileTests : IDisposable
{
    private const string Dependent = """{"runtimeOptions":{"frameworks":[{"name":"Microsoft.NETCore.App","version":"10.0.0"},{"name":"Microsoft.AspNetCore.App","version":"10.0.0"}]}}""";
    private const string Contained = """{"runtimeOptions":{"includedFrameworks":[{"name":"Microsoft.NETCore.App","version":"10.0.12"}],"configProperties":{"System.Globalization.Invariant":true}}}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("estargz-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_web_app_on_a_shared_framework()
    {
        Write("web.runtimeconfig.json", Dependent);
        Write("web.deps.json", """
            {"runtimeTarget":{"name":"net"},"targets":{"net":{
              "lib/1.0":{"runtime":{"lib/net8.0/Lib.dll":{}},"runtimeTargets":{
                "runtimes/linux-x64/native/libe.so":{"rid":"linux-x64","assetType":"native"},
                "runtimes/linux/native/libe.so":{"rid":"linux","assetType":"native"},
                "runtimes/linux-musl-x64/native/libe.so":{"rid":"linux-musl-x64","assetType":"native"},
                "runtimes/win-x64/native/e.dll":{"rid":"win-x64","assetType":"native"},
                "runtimes/linux/lib/net8.0/Lib.dll":{"rid":"linux","assetType":"runtime"}}},
              "gone/1.0":{"native":{"runtimes/linux-x64/native/libgone.so":{}}}}}}
            """);
        EmittedAssembly.Write(_folder, "web", "System.Runtime", "Microsoft.AspNetCore", "Lib", "Microsoft.Extensions.Hosting.Abstractions");
        EmittedAssembly.Write(_folder, "Lib", "System.Runtime", "Deeper", "netstandard");
        EmittedAssembly.Write(_folder, "Deeper", "Lib", "web", "Microsoft.Win32.Primitives");
        EmittedAssembly.Write(_folder, "NeverReferred", "System.Xml");
        Write("runtimes/linux-x64/native/libe.so", "");
        Write("runtimes/linux/native/libe.so", "");
        Write("runtimes/linux-musl-x64/native/libe.so", "");
        Write("appsettings.json", "{}");
        Write("appsettings.Production.json", "{}");
        Write("web.staticwebassets.endpoints.json", "{}");
        const string Core = "$(framework:Microsoft.NETCore.App)/";
        const string Web = "$(framework:Microsoft.AspNetCore.App)/";
        Assert.Equal(
            [
                "$(dotnet)/dotnet", "$(dotnet)/host/fxr/*/libhostfxr.so", "$(app)/web.runtimeconfig.json",
                Core + "Microsoft.NETCore.App.runtimeconfig.json", Web + "Microsoft.AspNetCore.App.runtimeconfig.json", Core + "libhostpolicy.so",
                Core + "Microsoft.NETCore.App.deps.json", Web + "Microsoft.AspNetCore.App.deps.json", "$(app)/web.deps.json",
                Core + "libcoreclr.so", Core + "*r2r.dll", Web + "*r2r.dll", Core + "System.Private.CoreLib.dll", Core + "libSystem.Native.so",
                "$(app)/web.dll", Core + "libclrjit.so",
                Core + "System.Runtime.dll", Web + "Microsoft.AspNetCore.dll", "$(app)/Lib.dll", Web + "Microsoft.Extensions.Hosting.Abstractions.dll",
                "$(app)/Deeper.dll", Core + "netstandard.dll", Core + "Microsoft.Win32.Primitives.dll",
                "$(app)/appsettings.Production.json", "$(app)/appsettings.json", "$(app)/web.staticwebassets.endpoints.json", "$(app)/runtimes/linux-x64/native/libe.so",
            ],
            Paths("web"));
        Assert.Equal("$(app)/runtimes/linux-musl-x64/native/libe.so", Paths("web", "linux-musl-x64")[^1]);
        Assert.Equal("$(app)/runtimes/linux/native/libe.so", Paths("web", "linux-riscv64")[^1]);
        var shape = AppShape.Read(_folder, "web", "linux-x64");
        Assert.Equal((AppKind.FrameworkDependent, true, true, false, false), (shape.Kind, shape.IsWeb, shape.IsHosted, shape.UsesTls, shape.InvariantGlobalization));
        Assert.Equal(new[] { "web", "Lib", "Deeper" }.Sum(name => new FileInfo(Path.Combine(_folder, name + ".dll")).Length), shape.BytesToCompile);
        var header = StaticProfile.Create(_folder, shape, "linux-x64").Header;
        Assert.Equal(("linux-x64", "static", 2), (header.Rid, header.Recorder, header.Frameworks.Length));
    }

    [Fact]
    public void The_runtime_of_a_self_contained_app_is_not_walked()
    {
        Write("con.runtimeconfig.json", Contained);
        Write("con.deps.json", """
            {"runtimeTarget":{"name":"net/linux-x64"},"targets":{"net":{},"net/linux-x64":{
              "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/10.0.12":{"runtime":{"System.Net.Http.dll":{}},"native":{"libcoreclr.so":{}}},
              "lib/1.0":{"native":{"runtimes/linux-x64/native/libe.so":{}}}}}}
            """);
        EmittedAssembly.Write(_folder, "con", "System.Net.Http");
        EmittedAssembly.Write(_folder, "System.Net.Http", "System.Private.Xml");
        Write("libe.so", "");
        Assert.Equal(
            [
                "$(app)/con", "$(app)/libhostfxr.so", "$(app)/con.runtimeconfig.json", "$(framework:Microsoft.NETCore.App)/libhostpolicy.so", "$(app)/con.deps.json",
                "$(framework:Microsoft.NETCore.App)/libcoreclr.so", "$(framework:Microsoft.NETCore.App)/*r2r.dll", "$(framework:Microsoft.NETCore.App)/System.Private.CoreLib.dll",
                "$(framework:Microsoft.NETCore.App)/libSystem.Native.so", "$(app)/con.dll", "$(framework:Microsoft.NETCore.App)/libclrjit.so",
                "$(framework:Microsoft.NETCore.App)/System.Net.Http.dll", "$(app)/libe.so",
            ],
            Paths("con"));
        var shape = AppShape.Read(_folder, "con", "linux-x64");
        Assert.Equal((AppKind.SelfContained, true, true, true, false), (shape.Kind, shape.InvariantGlobalization, shape.UsesTls, shape.Trimmed, shape.ReadyToRun));
        Assert.Equal(new FileInfo(Path.Combine(_folder, "con.dll")).Length, shape.BytesToCompile);
        EmittedAssembly.Write(_folder, "WindowsBase");
        Assert.False(AppShape.Read(_folder, "con", "linux-x64").Trimmed);
    }

    [Theory]
    [InlineData(1000, 1, AppKind.SingleFile)]
    [InlineData(65_520, 1 << 20, AppKind.SingleFile)]
    [InlineData(65_540, 1, AppKind.SingleFile)]
    [InlineData(1000, 0, AppKind.NativeAot)]
    [InlineData(-1, 0, AppKind.NativeAot)]
    public void One_executable_is_a_bundle_or_native_code(int markAt, int offset, AppKind kind)
    {
        var bytes = new byte[100_000];
        if (markAt >= 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(markAt - 8), offset);
            SHA256.HashData(".net core bundle\n"u8).CopyTo(bytes, markAt);
        }

        File.WriteAllBytes(Path.Combine(_folder, "app"), bytes);
        Write("libe_sqlite3.so", "");
        Write("app.dbg", "");
        Write("appsettings.json", "{}");
        Assert.Equal(["$(app)/app", "$(app)/libe_sqlite3.so", "$(app)/appsettings.json"], Paths("app"));
        Assert.Equal(kind, AppShape.Read(_folder, "app", "linux-x64").Kind);
    }

    [Fact]
    public void Native_code_is_not_compiled_again()
    {
        Write("app.runtimeconfig.json", Dependent);
        File.Copy(typeof(object).Assembly.Location, Path.Combine(_folder, "Lib.dll"));
        EmittedAssembly.Write(_folder, "app", "Lib");
        Assert.Equal(new FileInfo(Path.Combine(_folder, "app.dll")).Length, AppShape.Read(_folder, "app", "linux-x64").BytesToCompile);
    }

    [Fact]
    public void What_is_no_app_is_told()
    {
        Assert.Contains("app.runtimeconfig.json", Fails("app"), StringComparison.Ordinal);
        Write("app.runtimeconfig.json", "{");
        Assert.Contains("app.runtimeconfig.json", Fails("app"), StringComparison.Ordinal);
        Write("app.runtimeconfig.json", "[]");
        Fails("app");
        Write("app.runtimeconfig.json", Dependent);
        Write("app.deps.json", "nothing");
        Assert.Contains("app.deps.json", Fails("app"), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_SDK_would_not_write_is_tolerated()
    {
        Write("app.runtimeconfig.json", """{"runtimeOptions":{"framework":{"name":"a/../b"},"configProperties":{"System.Globalization.Invariant":"True"},"frameworks":[1,{"x":2}]}, /* */ }""");
        Write("app.deps.json", """{"runtimeTarget":1,"targets":[],"x":{}}""");
        Write("app.dll", "no assembly");
        var paths = Paths("app");
        Assert.DoesNotContain(paths, path => path.Contains("..", StringComparison.Ordinal));
        Assert.True(AppShape.Read(_folder, "app", "linux-x64").InvariantGlobalization);
        EmittedAssembly.Write(_folder, "app", "../../etc/passwd");
        Assert.Equal([new("app", true), new("../../etc/passwd", false)], AppShape.Read(_folder, "app", "linux-x64").Assemblies.AsEnumerable());
    }

    private string Fails(string name)
    {
        var failure = Assert.Throws<EstargzException>(() => AppShape.Read(_folder, name, "linux-x64"));
        Assert.Equal(DiagnosticCode.FileUnreadable, failure.Code);
        return failure.Message;
    }

    private string[] Paths(string name, string rid = "linux-x64") => [.. StaticProfile.Create(_folder, AppShape.Read(_folder, name, rid), rid).Paths];

    private void Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
