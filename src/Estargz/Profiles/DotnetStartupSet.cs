
namespace Estargz.Profiles;

/// <summary>
/// What .NET apps read of their base image, recorded once and for all: host, runtime, libraries of the system and those
/// assemblies of the frameworks that apps of one kind have in common. The text says how it was made.
/// </summary>
public static class DotnetStartupSet
{
    private const string Heading = "## ";

    // Only apps with certain references read these.
    private static readonly string[] Features = ["openssl", "tls", "mvc", "razor", "blazor", "data protection"];

    private static readonly Lazy<Section[]> Sections = new(Split);

    /// <summary>The text of the whole set, which is a profile.</summary>
    public static string Text
    {
        get
        {
            using var stream = typeof(DotnetStartupSet).Assembly.GetManifestResourceStream("dotnet-startup-set.txt")!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    /// <summary>What base layers that all apps share begin with: what most apps read, and what is small and some read.</summary>
    public static StartupProfile Shared => Of(section => !Features.Contains(section));

    /// <summary>What is read to start a container, whatever is in it: no recording of the app sees that.</summary>
    public static StartupProfile Container => Sections.Value.Single(section => section.Name == "container").Profile;

    /// <summary>What every program reads of its image, whether it is a .NET app or not.</summary>
    public static StartupProfile AnyProgram => Of(section => section is "container" or "every app");

    /// <summary>What an app of this shape reads of it: nothing of frameworks that it does not use.</summary>
    public static StartupProfile For(AppShape shape)
    {
        var read = Of(section => section switch
        {
            "container" or "every app" => true,
            "runtime" => shape.Kind != AppKind.NativeAot,
            "globalization" => !shape.InvariantGlobalization,
            "generic host" => shape.IsHosted,
            "web" => shape.IsWeb,
            "openssl" => shape.UsesOpenSsl,
            "tls" => shape.UsesTls,
            "mvc" => shape.UsesMvc,
            "razor" => shape.UsesRazor,
            "blazor" => shape.UsesBlazor,
            "data protection" => shape.UsesDataProtection,
            _ => false,
        });
        return StartupProfile.Of(read.Header, read.Lines.Where(line => IsUsed(line.Token, shape)));
    }

    private static StartupProfile Of(Func<string, bool> isRead) => StartupProfile.Of(
        Sections.Value[0].Profile.Header, Sections.Value.Where(section => isRead(section.Name)).SelectMany(section => section.Profile.Lines));

    private static bool IsUsed(PathToken? token, AppShape shape) => shape.Kind switch
    {
        _ when token is null => true,
        AppKind.FrameworkDependent => token.FrameworkName is not { } name || shape.Uses(name) || name == "Microsoft.NETCore.App",
        AppKind.SelfContained => token.FrameworkName is { } name && shape.Uses(name),

        // Its runtime is inside the executable.
        _ => false,
    };

    /// <summary>The sections in their order; the first has no name, and the header.</summary>
    private static Section[] Split() =>
    [
        .. from text in Text.Split("\n" + Heading).Select((text, i) => i == 0 ? "\n" + text : text)
           let end = text.IndexOf('\n')
           select new Section(text[..end], StartupProfile.Parse(text[(end + 1)..], "of Estargz")),
    ];

    private sealed record Section(string Name, StartupProfile Profile);
}
