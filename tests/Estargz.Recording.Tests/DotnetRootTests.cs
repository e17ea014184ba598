using System.Runtime.InteropServices;

namespace Estargz.Recording.Tests;

/// <summary>Where .NET is looked for.</summary>
public sealed class DotnetRootTests : IDisposable
{
    private static readonly string Architecture = RuntimeInformation.ProcessArchitecture.ToString();

    private readonly TemporaryFolder _folder = new();

    [LinuxFact]
    public void Installations_are_found_as_the_host_finds_them()
    {
        string[] roots = [.. new[] { "own", "of-architecture", "of-all", "set-for-architecture", "set-for-all" }.Select(name => Path.GetDirectoryName(_folder.Write(name + "/host/fxr/10/x", ""))![..^"/host/fxr/10".Length])];
        _folder.Write("etc/install_location_" + Architecture.ToLowerInvariant(), roots[3] + "\n");
        _folder.Write("etc/install_location", roots[4] + "\nmore");
        var variables = new Dictionary<string, string> { ["DOTNET_ROOT_" + Architecture.ToUpperInvariant()] = roots[1], ["DOTNET_ROOT"] = roots[2] };

        var found = DotnetRoot.Candidates(Path.Combine(roots[0], "dotnet"), variables.GetValueOrDefault, _folder["etc"]);

        Assert.Equal(roots, found.Take(roots.Length));
    }

    [Theory]
    [InlineData("/opt/net/shared/Microsoft.NETCore.App/10.0.1/libcoreclr.so", "/opt/net")]
    [InlineData("/opt/net/host/fxr/10.0.1/libhostfxr.so", "/opt/net")]
    [InlineData("/app/libcoreclr.so", null)]
    [InlineData("/opt/net/shared/Microsoft.NETCore.App/10.0.1/libclrjit.so", null)]
    public void The_host_and_the_runtime_tell_where_they_are(string library, string? root) => Assert.Equal(root, DotnetRoot.Of(library));

    public void Dispose() => _folder.Dispose();
}
