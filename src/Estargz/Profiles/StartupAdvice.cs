using System.Collections.Immutable;
using System.Globalization;

namespace Estargz.Profiles;

/// <summary>What would make an app start sooner, the most bytes first.</summary>
public static class StartupAdvice
{
    /// <summary>Fewer bytes than these are not worth a line: 100 kB, less than a round trip on most links.</summary>
    public const long MinBytes = 100_000;

    /// <summary>For less, no app should have base layers of its own.</summary>
    private const long MinNotShared = 2_000_000;

    /// <summary>
    /// A recording knows pages of mapped files only: of others one byte that is read brings all. For less than this, 0.7 s
    /// at 100 Mbit/s, nobody should have to look into what an app reads.
    /// </summary>
    private const long LargeFile = 8 << 20;

    private static readonly string[] SymbolExtensions = [".pdb", ".dbg"];

    /// <summary>Looks for it.</summary>
    /// <param name="shape">What the publish folder shows of the app.</param>
    /// <param name="files">What is read at start-up, as the plan was made of it.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="image">Names and compressed sizes of everything in the image.</param>
    /// <param name="given">What the app's profile names; null where there is none.</param>
    /// <param name="start">What the plan is for this app, see <see cref="PrefetchPlan.For"/>; null where it was made for it alone.</param>
    public static ImmutableArray<Advice> For(
        AppShape shape,
        IReadOnlyCollection<PrefetchCandidate> files,
        PrefetchPlan plan,
        IEnumerable<FetchedFile> image,
        StartupOrder? given,
        PrefetchPlan? start = null)
    {
        var leftOut = plan.LeftOut.ToDictionary(file => file.Entry.Place, file => file.OnDemand.Bytes);
        Dictionary<string, long> hot = [];
        for (int i = 0; i < plan.Layers.Length; i++)
        {
            foreach (var file in plan.Layers[i].Hot)
            {
                hot[StartupEntry.PlaceOf(i, file.Name)] = file.Bytes;
            }
        }

        FetchedFile[] fetched = [.. files.Select(file =>
            new FetchedFile(file.Entry.Name, leftOut.GetValueOrDefault(file.Entry.Place, hot.GetValueOrDefault(file.Entry.Place, file.CompressedSize))))];
        var named = given?.Entries.Select(entry => entry.Place).ToHashSet();
        var untouched = files.Where(file => given?.IsRecorded == true && !named!.Contains(file.Entry.Place) && !leftOut.ContainsKey(file.Entry.Place));
        var whole = files.Where(file => named?.Contains(file.Entry.Place) == true && !leftOut.ContainsKey(file.Entry.Place)
            && file.Entry.Pages is null && file.CompressedSize > LargeFile && !IsProgram(shape, Path.GetFileName(file.Entry.Name)));
        Advice[] all =
        [
            Icu(shape, fetched),
            .. Runtime(shape, fetched),
            Of(AdviceKind.DebugSymbols, image.Where(file => SymbolExtensions.Contains(Path.GetExtension(file.Name), StringComparer.Ordinal)).Sum(file => file.Bytes),
                "The image has {0} of debug symbols (*.pdb, *.dbg), which nothing reads. Set CopyOutputSymbolsToPublishDirectory to false, or DebugType to embedded or none."),
            Of(AdviceKind.UntouchedFiles, untouched.Sum(file => file.CompressedSize),
                "{0} of the prefetch zone was not read when the app was recorded. Set EstargzBaseProfile to app for base layers in the recorded order, which other apps do not share."),
            Of(AdviceKind.OverBudget, plan.LeftOut.Where(file => file.Reason == LeftOutReason.OverBudget).Sum(file => file.CompressedSize),
                "{0} that the app reads at start-up is more than the link moves in 10 s and comes on demand. Set EstargzLink if your link is faster, or make the app smaller."),
            Of(AdviceKind.OwnBaseOrder, start?.LeftOut.Where(file => file.Reason == LeftOutReason.NotShared).Sum(file => file.CompressedSize) is >= MinNotShared and var notShared ? notShared : 0,
                "{0} that the app reads at start-up is not in the order that all apps share, and comes file by file. With EstargzBaseProfile set to app it comes at once; other apps do not share such base layers."),
            .. whole.Select(file => Of(AdviceKind.WholeFile, file.CompressedSize,
                "{0} of the prefetch zone is {1}, of which the profile names no pages. If little of it is read at start-up, remove its line from the profile, or add pages= to it.", file.Entry.Name)),
        ];
        return [.. all.Where(advice => advice.Bytes >= MinBytes).OrderByDescending(advice => advice.Bytes).ThenBy(advice => (int)advice.Kind)];
    }

    private static Advice Icu(AppShape shape, FetchedFile[] fetched) => Of(
        AdviceKind.InvariantGlobalization,
        shape.InvariantGlobalization ? 0 : fetched.Where(file => Path.GetFileName(file.Name).StartsWith("libicu", StringComparison.Ordinal)).Sum(file => file.Bytes),
        "{0} is fetched for ICU before the app is ready. If it needs no culture-specific formats and sorting, set InvariantGlobalization to true.");

    private static IEnumerable<Advice> Runtime(AppShape shape, FetchedFile[] fetched)
    {
        long app = fetched.Where(file => IsCode(file.Name)).Sum(file => file.Bytes);
        bool composite = fetched.Any(file => file.Name.EndsWith("r2r.dll", StringComparison.Ordinal));
        if (shape.Kind == AppKind.FrameworkDependent)
        {
            yield return Of(AdviceKind.NoComposite, composite ? app : 0, "{0} of code is fetched before the app is ready. The framework of the base image is a composite, which is fetched as a whole: with a base image without it less is.");
            yield break;
        }

        if (shape.Kind == AppKind.NativeAot)
        {
            yield break;
        }

        if (composite)
        {
            yield return Of(AdviceKind.NoComposite, app, "{0} of code is fetched before the app is ready. A composite is fetched as a whole: with PublishReadyToRunComposite set to false about a quarter less is.");
        }
        else if (shape.Kind == AppKind.SelfContained && !shape.ReadyToRun)
        {
            yield return Of(AdviceKind.ReadyToRun, app, "{0} of code is fetched as IL and compiled while the app starts. On a fast link PublishReadyToRun, without PublishReadyToRunComposite, saves more time than its bytes cost.");
        }

        if (shape.Kind == AppKind.SelfContained && !shape.Trimmed)
        {
            yield return Of(AdviceKind.Trim, app, "{0} of code is fetched before the app is ready, and the runtime is in the app's own layer, which no other app shares. Set PublishTrimmed to true if the app can be trimmed, or publish it framework-dependent.");
        }

        yield return Of(AdviceKind.NativeAot, app, "{0} of code is fetched before the app is ready. If the app and its packages support it, PublishAot needs the least.");
    }

    private static bool IsCode(string name) =>
        Path.GetExtension(name) is ".dll" or "" || Path.GetFileName(name) is "libcoreclr.so" or "libclrjit.so";

    /// <summary>Whether a file is an executable, an assembly or a library, whose pages are mapped as they run.</summary>
    private static bool IsProgram(AppShape shape, string name) =>
        name == shape.Name || Path.GetExtension(name) is ".dll" or ".exe" or ".so" or "" || name.Contains(".so.", StringComparison.Ordinal);

    private static Advice Of(AdviceKind kind, long bytes, string message, string name = "") =>
        new(kind, bytes, string.Format(CultureInfo.InvariantCulture, message, FormattableString.Invariant($"{bytes / 1e6:0.0} MB"), name));
}
