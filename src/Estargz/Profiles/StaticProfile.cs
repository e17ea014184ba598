namespace Estargz.Profiles;

/// <summary>
/// The profile of an app that never ran: what the host, the runtime and the app are known to read, in the order in which
/// they do. What the runtime reads for itself on the way is in <see cref="DotnetStartupSet"/>.
/// </summary>
public static class StaticProfile
{
    private const string NetCore = "Microsoft.NETCore.App";
    private const string AspNetCore = "Microsoft.AspNetCore.App";

    // What Microsoft.AspNetCore.App has beside the assemblies that have its name.
    private static readonly string[] AspNetCorePrefixes =
    [
        "Microsoft.AspNetCore", "Microsoft.Extensions.", "Microsoft.JSInterop", "Microsoft.Net.Http.Headers", "System.Diagnostics.EventLog",
        "System.Formats.Cbor", "System.Security.Cryptography.Pkcs", "System.Security.Cryptography.Xml", "System.Threading.RateLimiting",
    ];

    /// <summary>The profile of the app in a publish folder.</summary>
    /// <param name="publishFolder">What <c>dotnet publish</c> wrote.</param>
    /// <param name="shape">What the folder shows of the app.</param>
    /// <param name="rid">The runtime identifier of the image.</param>
    public static StartupProfile Create(string publishFolder, AppShape shape, string rid)
    {
        var header = new ProfileHeader { Rid = rid, Frameworks = shape.Frameworks, Recorder = "static" };
        return StartupProfile.Of(header, shape.Kind switch
        {
            AppKind.SingleFile or AppKind.NativeAot => [.. OneExecutable(shape), .. Settings(publishFolder, shape)],
            _ => [.. Host(shape), .. Runtime(shape), .. App(publishFolder, shape)],
        });
    }

    /// <summary>What host and runtime read for any app of this shape: nothing of it changes with a line of code.</summary>
    /// <param name="shape">What the publish folder shows of the app.</param>
    public static StartupProfile OfRuntime(AppShape shape) => StartupProfile.Of(ProfileHeader.Empty, shape.Kind switch
    {
        AppKind.SingleFile or AppKind.NativeAot => OneExecutable(shape),
        _ => [.. Host(shape), .. Runtime(shape)],
    });

    private static IEnumerable<ProfileLine> OneExecutable(AppShape shape) => [InApp(shape.Name), .. shape.NativeLibraries.Select(InApp)];

    private static IEnumerable<ProfileLine> Host(AppShape shape)
    {
        var policy = InFramework("libhostpolicy.so", NetCore);
        var config = InApp(shape.Name + ".runtimeconfig.json");
        var dependencies = InApp(shape.Name + ".deps.json");
        if (shape.Kind == AppKind.SelfContained)
        {
            return [InApp(shape.Name), InApp("libhostfxr.so"), config, policy, dependencies];
        }

        // In this order the host resolves an app: its frameworks' own settings, then the policy, then all dependencies.
        return
        [
            ProfileLine.Of("dotnet", PathToken.Dotnet),
            ProfileLine.Of("host/fxr/*/libhostfxr.so", PathToken.Dotnet),
            config,
            .. Frameworks(shape).Select(name => InFramework(name + ".runtimeconfig.json", name)),
            policy,
            .. Frameworks(shape).Select(name => InFramework(name + ".deps.json", name)),
            dependencies,
        ];
    }

    private static IEnumerable<ProfileLine> Runtime(AppShape shape) =>
    [
        InFramework("libcoreclr.so", NetCore),

        // A composite, where the image has one, holds the code of all its assemblies.
        .. Frameworks(shape).Select(name => InFramework("*r2r.dll", name)),
        InFramework("System.Private.CoreLib.dll", NetCore),
        InFramework("libSystem.Native.so", NetCore),
        InApp(shape.Name + ".dll"),
        InFramework("libclrjit.so", NetCore),
    ];

    private static IEnumerable<ProfileLine> App(string publishFolder, AppShape shape) =>
    [
        .. shape.Assemblies.Select(assembly => assembly.InFolder ? InApp(assembly.Name + ".dll") : InFramework(assembly.Name + ".dll", FrameworkOf(assembly.Name, shape))),
        .. Settings(publishFolder, shape),
        .. shape.NativeLibraries.Select(InApp),
    ];

    /// <summary>What the app reads before its first answer: its settings, and where <c>MapStaticAssets</c> finds static files.</summary>
    private static IEnumerable<ProfileLine> Settings(string publishFolder, AppShape shape) =>
        ((string[])["appsettings*.json", shape.Name + ".staticwebassets.endpoints.json"])
            .SelectMany(pattern => Directory.EnumerateFiles(publishFolder, pattern).Select(Path.GetFileName).Order(StringComparer.Ordinal))
            .Select(name => InApp(name!));

    /// <summary>NETCore.App first, as every other is built on it; an app of another framework has it too.</summary>
    private static IEnumerable<string> Frameworks(AppShape shape) =>
        shape.Frameworks.Select(framework => framework.Name).Where(name => PathToken.Parse($"framework:{name}") is not null).Prepend(NetCore).Distinct();

    private static string FrameworkOf(string assembly, AppShape shape) =>
        shape.IsWeb && AspNetCorePrefixes.Any(prefix => assembly.StartsWith(prefix, StringComparison.Ordinal)) ? AspNetCore : NetCore;

    private static ProfileLine InApp(string path) => ProfileLine.Of(path, PathToken.App);

    private static ProfileLine InFramework(string file, string framework) => ProfileLine.Of(file, PathToken.Framework(framework));
}
