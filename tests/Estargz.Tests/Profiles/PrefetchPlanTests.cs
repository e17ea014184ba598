using CsCheck;
using Estargz.Profiles;

namespace Estargz.Tests.Profiles;

public class PrefetchPlanTests
{
    private const long Mega = 1 << 20;
    private static readonly NetworkLink Slow = NetworkLink.Parse("50ms/20mbit", "the test");

    [Fact]
    public void Files_go_into_the_zones_of_their_layers_by_first_access()
    {
        var plan = Plan(NetworkLink.Default, File(1, "b", 5), File(0, "a", 1), File(1, "c", 0), File(0, "d", 2));
        Assert.Equal(["a d", "b c"], plan.Layers.Select(layer => string.Join(' ', layer.Zone)));
        Assert.Equal([3 * Mega, 5 * Mega], plan.Layers.Select(layer => layer.Bytes));
        Assert.Equal(8 * Mega, plan.PrefetchBytes);
        Assert.Empty(plan.LeftOut);
        Assert.Equal((8 * Mega) + (2 * StartEstimate.BytesPerLayer), plan.StartBytes);
    }

    [Fact]
    public void A_file_that_is_read_sparsely_comes_right_after_the_landmark()
    {
        var plan = Plan(NetworkLink.Default, File(0, "a", 1), File(0, "icu", 12, "0-3,6000"), File(0, "dense", 12, "0-100000"), File(0, "small", 2, "0"));
        Assert.Equal("a dense small", string.Join(' ', plan.Layers[0].Zone));
        Assert.Equal(["icu"], plan.Layers[0].After.AsEnumerable());
        var left = Assert.Single(plan.LeftOut);
        Assert.Equal((LeftOutReason.SparselyRead, 12 * Mega, 2), (left.Reason, left.CompressedSize, left.OnDemand.Requests));

        // Cut around what is read: a window from the start, and what is left of the file from 16 pages before page 6000.
        long end = (12 * Mega) - (5984 * 4096 / 2);
        Assert.Equal((2 * Mega) + end, left.OnDemand.Bytes);
        Assert.Equal(((1 + 12 + 2 + 2) * Mega) + end + (2 * StartEstimate.BytesPerLayer), plan.StartBytes);
        var cut = Assert.Single(plan.Layers[0].Cut);
        Assert.Equal(("icu", "0-19,5984-6016"), (cut.Name, cut.Pages.ToString()));
    }

    [Fact]
    public void An_app_pays_for_what_it_reads_of_what_others_read_and_for_what_they_do_not()
    {
        var icu = File(0, "icu", 12, "0-3,6000");
        var plan = Plan(NetworkLink.Default, File(0, "a", 1), icu);

        // Whoever does not read it fetches the zone alone.
        var invariant = plan.For([File(0, "a", 1)], 4 * Mega);
        Assert.Empty(invariant.LeftOut);
        Assert.Equal(Mega + (2 * StartEstimate.BytesPerLayer), invariant.StartBytes);

        var own = plan.For([File(0, "b", 3), icu], 4 * Mega);
        Assert.Equal([LeftOutReason.NotShared, LeftOutReason.SparselyRead], own.LeftOut.Select(file => file.Reason));
        Assert.Equal(plan.StartBytes + (3 * Mega), own.StartBytes);
        Assert.Equal(2, own.LeftOut[0].OnDemand.Requests);
        Assert.Equal(plan.Layers, own.Layers);
    }

    [Fact]
    public void Hot_pieces_of_a_file_that_is_read_sparsely_stand_for_it_in_the_zone()
    {
        var plan = PrefetchPlan.Create([File(0, "a", 1), File(0, "icu", 12, "0-3,4000"), File(0, "b", 3), File(1, "c", 1)], 2, NetworkLink.Default, 4 * Mega, hotPieces: true);
        Assert.Equal("a b", string.Join(' ', plan.Layers[0].Zone));
        var hot = Assert.Single(plan.Layers[0].Hot);
        Assert.Equal(("icu", "0-19,3984-4016"), (hot.Name, hot.Pages.ToString()));
        Assert.Equal(53 * 4096 / 2, hot.Bytes);
        Assert.Equal((4 * Mega) + hot.Bytes, plan.Layers[0].Bytes);
        Assert.Empty(plan.LeftOut);
        Assert.Empty(plan.Layers[1].Hot);
        Assert.Equal((5 * Mega) + hot.Bytes + (2 * StartEstimate.BytesPerLayer), plan.StartBytes);
    }

    [Fact]
    public void What_other_apps_read_is_copied_too_but_no_reason_to_cut()
    {
        var often = File(0, "icu", 12, "0-3,4000").Entry.Pages;
        PrefetchCandidate[] files = [File(0, "a", 3), File(0, "icu", 12, "0-3") with { OftenRead = often }, File(0, "dat", 12) with { OftenRead = often }];
        var hot = PrefetchPlan.Create(files, 1, NetworkLink.Default, 4 * Mega, hotPieces: true).Layers[0].Hot;
        Assert.Equal(["icu 0-19,3984-4016", "dat 0-19,3984-4016"], hot.Select(file => $"{file.Name} {file.Pages}"));
        var cut = Assert.Single(PrefetchPlan.Create(files, 1, NetworkLink.Default, 4 * Mega).Layers[0].Cut);
        Assert.Equal("icu 0-19", $"{cut.Name} {cut.Pages}");
    }

    [Fact]
    public void Behind_copies_a_client_reads_2_MiB_in_any_case()
    {
        var plan = PrefetchPlan.Create([File(0, "icu", 12, "0-3")], 1, NetworkLink.Default, 4 * Mega, hotPieces: true);
        Assert.Equal((20 * 4096 / 2) + ReadAhead.Window, plan.PrefetchBytes);

        // Copies and the 2 MiB behind them are no less than a file that is little larger.
        var x = new PrefetchCandidate(File(0, "x", 1, "0").Entry, 5 * Mega, (2 * Mega) + (Mega / 2));
        Assert.Empty(PrefetchPlan.Create([x], 1, NetworkLink.Default, 4 * Mega, hotPieces: true).Layers[0].Hot);
        Assert.Single(PrefetchPlan.Create([x, File(0, "y", 2)], 1, NetworkLink.Default, 4 * Mega, hotPieces: true).Layers[0].Hot);
    }

    [Theory]
    [InlineData(2, "0", false)]
    [InlineData(8, "0", true)]
    [InlineData(8, "0-900", true)]
    [InlineData(8, "0-1100", false)]
    [InlineData(8, null, false)]
    public void Copies_pay_for_less_than_a_quarter_of_a_file_above_2_MiB(int megabytes, string? pages, bool hot) => Assert.Equal(
        hot,
        PrefetchPlan.Create([File(0, "x", megabytes, pages), File(0, "y", 2)], 1, NetworkLink.Default, 4 * Mega, hotPieces: true).Layers[0].Hot.Length == 1);

    [Fact]
    public void Three_quarters_are_not_clearly_less()
    {
        Assert.Single(Plan(NetworkLink.Default, File(0, "x", 12, "0,2048,4096,6144")).LeftOut);
        Assert.Empty(Plan(NetworkLink.Default, File(0, "x", 8, "0,1024,2048,3072")).LeftOut);
    }

    [Fact]
    public void On_a_fast_link_round_trips_cost_more_than_bytes() =>
        Assert.Empty(Plan(NetworkLink.Parse("1ms/1gbit", "the test"), File(0, "icu", 12, "0-3")).LeftOut);

    [Fact]
    public void The_zones_hold_what_the_link_moves_in_10_seconds()
    {
        // 25 MB, less six TOCs: 23.38 MiB.
        var plan = Plan(Slow, File(0, "a", 10), File(1, "b", 10), File(0, "c", 4), File(1, "d", 3), File(0, "e", 1));
        Assert.Equal("a", string.Join(' ', plan.Layers[0].Zone));
        Assert.Equal("b d", string.Join(' ', plan.Layers[1].Zone));
        Assert.Equal("c e", string.Join(' ', plan.Layers[0].After));
        Assert.All(plan.LeftOut, file => Assert.Equal(LeftOutReason.OverBudget, file.Reason));
        Assert.Equal(4 * Mega, plan.LeftOut[0].OnDemand.Bytes);
    }

    [Fact]
    public void Layers_that_hold_nothing_of_it_change_nothing()
    {
        PrefetchCandidate[] files = [.. Enumerable.Range(0, 300).Select(i => new PrefetchCandidate(new StartupEntry(0, $"f{i}"), 200_000, 100_000))];
        Assert.Single(Enumerable.Range(1, 10).Select(layers => PrefetchPlan.Create(files, layers, Slow, 4 * Mega).Layers[0].Zone.Length).Distinct());
    }

    [Fact]
    public void What_is_sooner_moved_than_asked_for_goes_first()
    {
        // A request costs 73 ms, which is 182 kB.
        var small = new PrefetchCandidate(new StartupEntry(0, "small"), 300_000, 180_000);
        var larger = new PrefetchCandidate(new StartupEntry(0, "larger"), 300_000, 185_000);
        var plan = Plan(Slow, File(0, "a", 12), larger, File(0, "b", 11), File(0, "c", 3), small);
        Assert.Equal("a larger b small", string.Join(' ', plan.Layers[0].Zone));
        plan = Plan(Slow, File(0, "a", 12), File(0, "b", 11), new PrefetchCandidate(new StartupEntry(0, "rest"), 1_000_000, 200_000), larger, small);
        Assert.Equal("a b rest small", string.Join(' ', plan.Layers[0].Zone));
        Assert.Equal("larger", string.Join(' ', plan.Layers[0].After));
    }

    [Fact]
    public void A_slow_link_takes_longer()
    {
        var plan = Plan(Slow, File(0, "a", 10), File(0, "icu", 12, "0-3"));
        double[] seconds = [.. NetworkLink.Typical.Select(link => plan.SecondsUntilReady(link, 1.05))];
        Assert.Equal(seconds.OrderDescending(), seconds);
        Assert.Equal(StartEstimate.Seconds((12 * Mega) + (2 * StartEstimate.BytesPerLayer), 1, Slow, 1.05), seconds[0]);
    }

    [Fact]
    public void No_file_is_lost_and_no_zone_is_too_large() => Gen.Select(Gen.Int[0, 2], Gen.Long[0, 30_000_000], Gen.Int[-1, 7000]).List[0, 30].Sample(files =>
    {
        PrefetchCandidate[] candidates = [.. files.Select((file, i) => new PrefetchCandidate(
            new StartupEntry(file.Item1, $"f{i}", file.Item3 < 0 ? null : TouchedPages.Of([new PageRange(file.Item3, file.Item3)])), file.Item2 * 2, file.Item2))];
        var plan = PrefetchPlan.Create(candidates, 3, Slow, 4 * Mega);
        return plan.PrefetchBytes <= 25_000_000
            && plan.Layers.SelectMany(layer => layer.Zone.Concat(layer.After)).Order(StringComparer.Ordinal).SequenceEqual(candidates.Select(c => c.Entry.Name).Order(StringComparer.Ordinal))
            && plan.LeftOut.All(file => file.OnDemand.Bytes <= file.CompressedSize);
    });

    private static PrefetchPlan Plan(NetworkLink link, params PrefetchCandidate[] files) => PrefetchPlan.Create(files, 2, link, 4 * Mega);

    private static PrefetchCandidate File(int layer, string name, long megabytes, string? pages = null)
    {
        TouchedPages? touched = null;
        Assert.True(pages is null || TouchedPages.TryParse(pages, out touched));
        return new PrefetchCandidate(new StartupEntry(layer, name, touched), megabytes * 2 * Mega, megabytes * Mega);
    }
}
