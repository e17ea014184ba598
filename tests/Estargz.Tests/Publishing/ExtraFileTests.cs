using Estargz.Publishing;

namespace Estargz.Tests.Publishing;

public sealed class ExtraFileTests
{
    [Theory]
    [InlineData("", "", "tool.sh")]
    [InlineData("", "de/", "de/tool.sh")]
    [InlineData("/opt/", "", "/opt/tool.sh")]
    [InlineData("/opt/", @"de\", "/opt/de/tool.sh")]
    [InlineData("/opt/run", "de/", "/opt/run")]
    [InlineData("data/run", "", "data/run")]
    public void It_goes_where_TargetPath_says(string target, string below, string path) =>
        Assert.Equal(path, ExtraFile.Parse("/src/tool.sh", target, below, "", "", "").Path);

    [Fact]
    public void Mode_owner_and_layer_are_its_own_when_given()
    {
        var file = ExtraFile.Parse("/src/a", "/a", "", "4750", "1000:1001", "Tools");
        Assert.Equal((Convert.ToInt32("4750", 8), (1000L, 1001L), "Tools"), (file.Mode, file.Owner!.Value, file.Layer));
        Assert.Equal((7L, 7L), ExtraFile.Parse("/src/a", "/a", "", "", "7", "").Owner);

        var plain = ExtraFile.Parse("/src/a", "/a", "", "", "", "");
        Assert.Equal((null, null, "Extra"), (plain.Mode, plain.Owner, plain.Layer));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("App,Assets")]
    public void Only_the_names_of_the_apps_layers_are_taken(string layer) =>
        Assert.Equal(layer, ExtraFile.Parse("/src/a", "/a", "", "", "", layer).Layer);

    [Theory]
    [InlineData("/a/../../etc/x", "", "", "")]
    [InlineData("/a", "0888", "", "")]
    [InlineData("/a", "77777", "", "")]
    [InlineData("/a", "rwx", "", "")]
    [InlineData("/a", "-1", "", "")]
    [InlineData("/a", "", "app", "")]
    [InlineData("/a", "", "1:2:3", "")]
    [InlineData("/a", "", "-1", "")]
    [InlineData("/a", "", "99999999999", "")]
    [InlineData("/a", "", "", "runtime")]
    public void What_it_cannot_be_is_an_error_with_its_name(string target, string mode, string owner, string layer)
    {
        var error = Assert.Throws<EstargzException>(() => ExtraFile.Parse("/src/tool.sh", target, "", mode, owner, layer));
        Assert.Equal(DiagnosticCode.InvalidProperty, error.Code);
        Assert.StartsWith("EstargzExtraFile '/src/tool.sh': ", error.Message, StringComparison.Ordinal);
    }
}
