using System.Collections.Immutable;
using Estargz.Profiles;

namespace Estargz.Tests.Profiles;

public class StartupAdviceTests
{
    private static readonly AppShape Dependent = new() { Name = "web", Kind = AppKind.FrameworkDependent };

    [Fact]
    public void Nothing_to_say_of_a_small_app() => Assert.Empty(Advise(Dependent, [("app/web.dll", 50_000)], ("app/web.pdb", 99_999)));

    [Fact]
    public void ICU_and_debug_symbols()
    {
        (string, long)[] files = [("usr/lib/x86_64-linux-gnu/libicuuc.so.72.1", 860_000), ("usr/lib/libicui18n.so.72.1", 1_300_000), ("app/web.dll", 50_000)];
        Assert.Equal(
            [
                new(AdviceKind.DebugSymbols, 12_000_000, "The image has 12.0 MB of debug symbols (*.pdb, *.dbg), which nothing reads. Set CopyOutputSymbolsToPublishDirectory to false, or DebugType to embedded or none."),
                new Advice(AdviceKind.InvariantGlobalization, 2_160_000, "2.2 MB is fetched for ICU before the app is ready. If it needs no culture-specific formats and sorting, set InvariantGlobalization to true."),
            ],
            Advise(Dependent, files, ("app/web.pdb", 2_000_000), ("app/x/web.dbg", 10_000_000)).AsEnumerable());
        Assert.Empty(Advise(Dependent with { InvariantGlobalization = true }, files));
    }

    [Fact]
    public void A_self_contained_app_may_be_trimmed_or_compiled()
    {
        (string, long)[] files = [("app/web", 30_000), ("app/web.dll", 20_000), ("app/libcoreclr.so", 2_800_000), ("app/System.Private.CoreLib.dll", 6_000_000), ("usr/lib/libc.so.6", 860_000)];
        var shape = Dependent with { Kind = AppKind.SelfContained, ReadyToRun = true };
        Assert.Equal("Trim NativeAot", Kinds(Advise(shape, files)));
        Assert.All(Advise(shape, files), advice => Assert.Equal(8_850_000, advice.Bytes));
        Assert.Equal("NativeAot", Kinds(Advise(shape with { Trimmed = true }, files)));
        Assert.Equal("ReadyToRun NativeAot", Kinds(Advise(shape with { Trimmed = true, ReadyToRun = false }, files)));
        Assert.Equal("NoComposite NativeAot", Kinds(Advise(shape with { Trimmed = true }, [.. files, ("app/framework.r2r.dll", 9_000_000)])));
        Assert.Equal("NativeAot", Kinds(Advise(shape with { Kind = AppKind.SingleFile }, files)));
        Assert.Empty(Advise(shape with { Kind = AppKind.NativeAot }, files));
    }

    [Fact]
    public void A_framework_may_be_a_composite()
    {
        var advice = Assert.Single(Advise(Dependent, [("usr/share/dotnet/shared/Microsoft.NETCore.App/10.0.12/framework-r2r.dll", 30_000_000)]));
        Assert.Equal((AdviceKind.NoComposite, 30_000_000), (advice.Kind, advice.Bytes));
    }

    [Fact]
    public void What_a_recording_did_not_read_is_told()
    {
        var files = Candidates([("a", 1_000_000), ("b", 200_000), ("c", 300_000)]);
        var recorded = StartupOrder.Create(StartupProfile.Parse("# recorder: strace\na\nc", "t"), TreeSample.Tree(["a", "b", "c"]));
        var advice = Assert.Single(StartupAdvice.For(Dependent, files, Plan(files), [], recorded));
        Assert.Equal((AdviceKind.UntouchedFiles, 200_000), (advice.Kind, advice.Bytes));

        // Nobody saw what the app reads.
        var byHand = StartupOrder.Create(StartupProfile.Parse("a\nc", "t"), TreeSample.Tree(["a", "b", "c"]));
        Assert.Empty(StartupAdvice.For(Dependent, files, Plan(files), [], byHand));
    }

    [Theory]
    [InlineData("app/data/{big}.bin", 40_000_000, true)]
    [InlineData("app/data/{big}.bin", 8_000_000, false)]
    [InlineData("app/data/{big}.bin", 200_000_000, false)]
    [InlineData("app/my.web", 40_000_000, false)]
    [InlineData("app/tool", 40_000_000, false)]
    [InlineData("app/big.dll", 40_000_000, false)]
    [InlineData("app/libbig.so", 40_000_000, false)]
    [InlineData("usr/lib/libicudata.so.72.1", 40_000_000, false)]
    public void A_large_file_that_is_fetched_whole_is_told(string name, long size, bool isTold)
    {
        var shape = Dependent with { Name = "my.web", InvariantGlobalization = true };
        var files = Candidates([(name, size)]);
        Advice[] expected = isTold ? [new(AdviceKind.WholeFile, size, $"40.0 MB of the prefetch zone is {name}, of which the profile names no pages. If little of it is read at start-up, remove its line from the profile, or add pages= to it.")] : [];
        Assert.Equal(expected, Whole(files, name));

        // Whoever wrote pages has said what is read, and nobody has where there is no profile.
        Assert.True(TouchedPages.TryParse("0-9000", out var pages));
        Assert.Empty(Whole([files[0] with { Entry = files[0].Entry with { Pages = pages } }], name));
        Assert.Empty(Whole(files, null));

        IEnumerable<Advice> Whole(PrefetchCandidate[] files, string? profile) => StartupAdvice.For(
            shape, files, Plan(files), [], profile is null ? null : StartupOrder.Create(StartupProfile.Parse(profile, "t"), TreeSample.Tree([name])))
            .Where(advice => advice.Kind == AdviceKind.WholeFile);
    }

    [Fact]
    public void What_the_link_does_not_move_in_time_is_told() =>
        Assert.Equal("OverBudget", Kinds(Advise(Dependent, [("a", 100_000_000), ("b", 50_000_000)])));

    [Theory]
    [InlineData(1_000_000, "")]
    [InlineData(2_500_000, "OwnBaseOrder")]
    public void Much_that_other_apps_do_not_read_is_told(long bytes, string kinds)
    {
        var shared = Plan(Candidates([("a", 50_000)]));
        var start = shared.For(Candidates([("a", 50_000), ("own", bytes)]), 4 << 20);
        Assert.Equal(kinds, Kinds(StartupAdvice.For(Dependent, Candidates([("a", 50_000)]), shared, [], null, start)));
    }

    [Fact]
    public void Only_the_hot_pieces_of_ICU_are_fetched()
    {
        Assert.True(TouchedPages.TryParse("0-3", out var pages));
        PrefetchCandidate[] files = [new(new StartupEntry(0, "libicudata.so.72"), 26_000_000, 13_000_000) { Entry = new StartupEntry(0, "libicudata.so.72", pages) }, new(new StartupEntry(0, "x"), 9_000_000, 5_000_000)];
        var whole = StartupAdvice.For(Dependent, files, PrefetchPlan.Create(files, 1, NetworkLink.Parse("1ms/1gbit", "the test"), 4 << 20), [], null);
        var hot = StartupAdvice.For(Dependent, files, PrefetchPlan.Create(files, 1, NetworkLink.Parse("1ms/1gbit", "the test"), 4 << 20, hotPieces: true), [], null);
        Assert.Equal(13_000_000, Assert.Single(whole).Bytes);
        Assert.Empty(hot);
    }

    private static string Kinds(IEnumerable<Advice> advice) => string.Join(' ', advice.Select(one => one.Kind));

    private static ImmutableArray<Advice> Advise(AppShape shape, (string Name, long Size)[] files, params (string Name, long Size)[] others)
    {
        var candidates = Candidates(files);
        return StartupAdvice.For(shape, candidates, Plan(candidates), files.Concat(others).Select(file => new FetchedFile(file.Name, file.Size)), null);
    }

    private static PrefetchCandidate[] Candidates((string Name, long Size)[] files) =>
        [.. files.Select(file => new PrefetchCandidate(new StartupEntry(0, file.Name), file.Size * 2, file.Size))];

    private static PrefetchPlan Plan(IEnumerable<PrefetchCandidate> files) => PrefetchPlan.Create(files, 1, NetworkLink.Default, 4 << 20);
}
