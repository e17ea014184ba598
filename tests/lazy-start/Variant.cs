namespace Estargz.LazyStart;

/// <summary>One way to make an image of an app.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">Its name in the table.</param>
/// <param name="Maker">Who makes it.</param>
/// <param name="Recorded">Whether the app's start is recorded first.</param>
/// <param name="Properties">What is set for the publish.</param>
public sealed record Variant(string Name, string Title, Maker Maker, bool Recorded, params (string Name, string Value)[] Properties)
{
    private static readonly (string, string) AppBase = ("EstargzBaseProfile", "app");

    /// <summary>All of them, in the order of the table.</summary>
    public static IReadOnlyList<Variant> All { get; } =
    [
        new("stock", "SDK, pulled in full", Maker.Sdk, false),
        new("none", "no profile", Maker.Package, false, ("EstargzStartupProfile", "none")),
        new("static", "default: derived profile, shared base", Maker.Package, false),
        new("recorded", "recorded profile, shared base", Maker.Package, true),
        new("static-app", "derived profile, `EstargzBaseProfile=app`", Maker.Package, false, AppBase),
        new("recorded-app", "recorded profile, `EstargzBaseProfile=app`", Maker.Package, true, AppBase),
        new("hot-shared", "recorded, shared base, `EstargzHotPieces=true`", Maker.Package, true, ("EstargzHotPieces", "true")),
        new("hot-app", "recorded, `EstargzBaseProfile=app`, `EstargzHotPieces=true`", Maker.Package, true, AppBase, ("EstargzHotPieces", "true")),
        new("reference", "reference tool, recorded (`ctr-remote images optimize`)", Maker.ReferenceTool, false),
    ];

    /// <summary>Whether it is started before it is downloaded.</summary>
    public bool Lazy => Maker != Maker.Sdk;
}

/// <summary>Who makes an image.</summary>
public enum Maker
{
    /// <summary>The SDK alone.</summary>
    Sdk,

    /// <summary>Our package.</summary>
    Package,

    /// <summary>The reference tool, out of the SDK's image.</summary>
    ReferenceTool,
}
