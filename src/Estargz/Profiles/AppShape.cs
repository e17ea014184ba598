using System.Collections.Immutable;

namespace Estargz.Profiles;

/// <summary>What a publish folder shows of how its app starts.</summary>
public sealed record AppShape
{
    private static readonly string[] TlsAssemblies = ["System.Net.Http", "System.Net.Security", "System.Net.Quic", "System.Security.Cryptography.X509Certificates"];

    private static readonly string[] RazorAssemblies =
        ["Microsoft.AspNetCore.Razor", "Microsoft.AspNetCore.Mvc.Razor", "Microsoft.AspNetCore.Mvc.RazorPages", "Microsoft.AspNetCore.Mvc.ViewFeatures"];

    // They encrypt cookies and keys.
    private static readonly string[] DataProtectionAssemblies =
    [
        "Microsoft.AspNetCore.Antiforgery", "Microsoft.AspNetCore.Authentication", "Microsoft.AspNetCore.DataProtection", "Microsoft.AspNetCore.Identity",
        "Microsoft.AspNetCore.Session",
    ];

    /// <summary>The name of the entry assembly, or of the executable, without an extension.</summary>
    public required string Name { get; init; }

    /// <summary>How the app brings, or finds, its runtime.</summary>
    public required AppKind Kind { get; init; }

    /// <summary>The shared frameworks that it asks for, or brings along; none where everything is in one executable.</summary>
    public ImmutableArray<FrameworkVersion> Frameworks { get; init; } = [];

    /// <summary>Whether it does without ICU.</summary>
    public bool InvariantGlobalization { get; init; }

    /// <summary>
    /// The assemblies that the app leads to, breadth first, and whether each is in the folder. Those of a self-contained
    /// app's runtime count as not in the folder.
    /// </summary>
    public ImmutableArray<AppAssembly> Assemblies { get; init; } = [];

    /// <summary>
    /// The size in bytes of all assemblies of the app and its packages that have no native code: what is called of them is
    /// compiled while the app starts.
    /// </summary>
    public long BytesToCompile { get; init; }

    /// <summary>Native libraries of packages, as paths below the folder.</summary>
    public ImmutableArray<string> NativeLibraries { get; init; } = [];

    /// <summary>Whether a self-contained app has native code ahead of time in its runtime's assemblies.</summary>
    public bool ReadyToRun { get; init; }

    /// <summary>Whether assemblies of the runtime that the app does not need were taken out.</summary>
    public bool Trimmed { get; init; }

    /// <summary>Whether the app is an ASP.NET Core app.</summary>
    public bool IsWeb => Uses("Microsoft.AspNetCore.App");

    /// <summary>Whether it runs in the generic host.</summary>
    public bool IsHosted => IsWeb || Refers("Microsoft.Extensions.Hosting");

    /// <summary>Whether it is likely to make or take TLS connections, and to read the certificates of the image.</summary>
    public bool UsesTls => TlsAssemblies.Any(RefersBelow);

    /// <summary>Whether it is likely to use OpenSSL.</summary>
    public bool UsesOpenSsl => UsesTls || UsesDataProtection;

    /// <summary>Whether it has controllers, views or pages.</summary>
    public bool UsesMvc => RefersBelow("Microsoft.AspNetCore.Mvc");

    /// <summary>Whether it has views or pages.</summary>
    public bool UsesRazor => RazorAssemblies.Any(RefersBelow);

    /// <summary>Whether it has Blazor components.</summary>
    public bool UsesBlazor => RefersBelow("Microsoft.AspNetCore.Components");

    /// <summary>Whether it is likely to encrypt something for itself: cookies, sessions, the tokens of forms.</summary>
    public bool UsesDataProtection => UsesRazor || UsesBlazor || DataProtectionAssemblies.Any(RefersBelow);

    /// <summary>Looks at a publish folder.</summary>
    /// <param name="publishFolder">What <c>dotnet publish</c> wrote.</param>
    /// <param name="name">The name of the entry assembly.</param>
    /// <param name="rid">The runtime identifier of the image: <c>linux-x64</c>.</param>
    /// <param name="invariantGlobalization">
    /// The project's <c>InvariantGlobalization</c>: an app of one executable has it inside, where it cannot be seen.
    /// </param>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.FileUnreadable"/>.</exception>
    public static AppShape Read(string publishFolder, string name, string rid, bool invariantGlobalization = false)
    {
        if (RuntimeConfig.Read(Path.Combine(publishFolder, name + ".runtimeconfig.json")) is not { } config)
        {
            return new AppShape
            {
                Name = name,
                Kind = Executable.IsSingleFile(Path.Combine(publishFolder, name)) ? AppKind.SingleFile : AppKind.NativeAot,
                InvariantGlobalization = invariantGlobalization,
                NativeLibraries = [.. Directory.EnumerateFiles(publishFolder, "*.so").Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)],
            };
        }

        var dependencies = DependencyFile.Read(Path.Combine(publishFolder, name + ".deps.json"), rid);
        var assemblies = ImmutableArray.CreateBuilder<AppAssembly>();
        long toCompile = 0;
        foreach (var (assembly, file) in AssemblyFile.Walk(publishFolder, name, dependencies.RuntimePack.Contains))
        {
            assemblies.Add(assembly);
            toCompile += file is { ReadyToRun: false } ? file.Size : 0;
        }

        return new AppShape
        {
            Name = name,
            Kind = config.SelfContained ? AppKind.SelfContained : AppKind.FrameworkDependent,
            Frameworks = config.Frameworks,
            InvariantGlobalization = config.InvariantGlobalization,
            Assemblies = assemblies.DrainToImmutable(),
            BytesToCompile = toCompile,
            NativeLibraries = [.. dependencies.NativeLibraries.Where(file => File.Exists(Path.Combine(publishFolder, file)))],
            ReadyToRun = AssemblyFile.Read(Path.Combine(publishFolder, "System.Private.CoreLib.dll")) is { ReadyToRun: true },

            // Nothing refers to this façade, but a runtime pack has it: so it is the first to go.
            Trimmed = config.SelfContained && !File.Exists(Path.Combine(publishFolder, "WindowsBase.dll")),
        };
    }

    /// <summary>Whether the app asks for, or brings along, a shared framework.</summary>
    public bool Uses(string framework) => Frameworks.Any(used => used.Name == framework);

    private bool RefersBelow(string prefix) =>
        Refers(prefix) || Assemblies.Any(reference => reference.Name.StartsWith(prefix + ".", StringComparison.Ordinal));

    private bool Refers(string assembly) => Assemblies.Any(reference => reference.Name == assembly);
}
