using Estargz.MSBuild.Tests.Peers;

namespace Estargz.MSBuild.Tests.Parity;

/// <summary>The image that our package makes is the image that the SDK makes, in everything that is not meant to differ.</summary>
[Trait("Category", "Real")]
[Collection("parity")]
public sealed class ParityTests(ParityRun run, PackedPackage package)
{
    [Requires("docker-registry", "skopeo")]
    public async Task No_field_differs_that_is_not_meant_to()
    {
        var unintended = (await run.DifferencesAsync(package)).Where(difference => !IntendedDifference.All.Any(rule => rule.Covers(difference))).ToList();

        Assert.True(unintended.Count == 0, $"{unintended.Count} unintended differences:\n{string.Join('\n', unintended)}");
    }

    [Requires("docker-registry", "skopeo")]
    public async Task Every_difference_that_is_meant_is_there()
    {
        // One that is not: the SDK has mended it, or ours is broken.
        var differences = await run.DifferencesAsync(package);

        Assert.All(IntendedDifference.All, rule => Assert.True(differences.Any(rule.Covers), rule.Name));
    }

    [Requires("docker-registry", "skopeo")]
    public async Task The_same_app_is_one_layer_here_and_another_at_each_publish_of_the_SDKs()
    {
        (string Name, string Tag)[] published = [("console", "latest"), ("tag", "1.0"), ("ports", "latest")];

        var ours = await Task.WhenAll(published.Select(image => run.AppLayerAsync(package, "ours", image.Name, image.Tag)));
        var stock = await Task.WhenAll(published.Select(image => run.AppLayerAsync(package, "stock", image.Name, image.Tag)));

        Assert.Single(ours.Distinct());
        Assert.Equal(published.Length, stock.Distinct().Count());
    }
}
