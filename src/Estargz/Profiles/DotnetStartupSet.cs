using System.Collections.Immutable;

namespace Estargz.Profiles;

/// <summary>
/// What .NET apps read of their base image, recorded once and for all: host, runtime, libraries of the system and those
/// assemblies of the frameworks that apps of one kind have in common. The text says how it was made.
/// </summary>
public static class DotnetStartupSet
{
    private const string Section = "## ";

    // Only apps with certain references read these.
    private static readonly string[] Features = ["openssl", "tls", "mvc", "razor", "blazor", "data protection"];

    private static readonly Lazy<ImmutableDictionary<string, StartupProfile>> Sections = new(Split);

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
    public static StartupProfile Shared => Of([.. Names.Except(Features)]);

    /// <summary>What is read to start a container, whatever is in it: no recording of the app sees that.</summary>
    public static StartupProfile Container => Sections.Value["container"];

    /// <summary>What an app of this shape reads of it: nothing of frameworks that it does not use.</summary>
    public static StartupProfile For(AppShape shape)
    {
        string[] sections =
        [
            "container",
            "every app",
            .. shape.Kind == AppKind.NativeAot ? Array.Empty<string>() : ["runtime"],
            .. shape.InvariantGlobalization ? Array.Empty<string>() : ["globalization"],
            .. shape.IsHosted ? ["generic host"] : Array.Empty<string>(),
            .. shape.IsWeb ? ["web"] : Array.Empty<string>(),
            .. shape.UsesOpenSsl ? ["openssl"] : Array.Empty<string>(),
            .. shape.UsesTls ? ["tls"] : Array.Empty<string>(),
            .. shape.UsesMvc ? ["mvc"] : Array.Empty<string>(),
            .. shape.UsesRazor ? ["razor"] : Array.Empty<string>(),
            .. shape.UsesBlazor ? ["blazor"] : Array.Empty<string>(),
            .. shape.UsesDataProtection ? ["data protection"] : Array.Empty<string>(),
        ];
        var all = Of(sections);
        return StartupProfile.Of(all.Header, all.Lines.Where(line => IsUsed(line.Token, shape)));
    }

    private static IEnumerable<string> Names => Text.Split("\n" + Section).Skip(1).Select(NameOf);

    private static StartupProfile Of(IEnumerable<string> sections) =>
        StartupProfile.Of(StartupProfile.Parse(Text, "of Estargz").Header, sections.SelectMany(name => Sections.Value[name].Lines));

    private static bool IsUsed(PathToken? token, AppShape shape) => shape.Kind switch
    {
        _ when token is null => true,
        AppKind.FrameworkDependent => token.FrameworkName is not { } name || shape.Uses(name) || name == "Microsoft.NETCore.App",
        AppKind.SelfContained => token.FrameworkName is { } name && shape.Uses(name),

        // Its runtime is inside the executable.
        _ => false,
    };

    private static ImmutableDictionary<string, StartupProfile> Split() => Text
        .Split("\n" + Section)
        .Skip(1)
        .ToImmutableDictionary(NameOf, text => StartupProfile.Parse(text[text.IndexOf('\n')..], "of Estargz"));

    private static string NameOf(string section) => section[..section.IndexOf('\n')];
}
