namespace Estargz.Architecture;

/// <summary>Dependencies point one way, in the compiled library and not only in its text.</summary>
public class DependencyTests
{
    [Theory]
    [InlineData("Estargz.Profiles", "")]
    [InlineData("Estargz.Images", "")]
    [InlineData("Estargz.Deflate", "")]
    [InlineData("Estargz.Layers", "Estargz.Deflate Estargz.Images Estargz.Profiles")]
    [InlineData("Estargz.Registries", "Estargz.Images")]
    [InlineData("Estargz.Transfers", "Estargz.Images Estargz.Layers Estargz.Profiles Estargz.Registries")]
    [InlineData("Estargz.Converting", "Estargz.Images Estargz.Layers Estargz.Profiles Estargz.Registries Estargz.Transfers")]
    [InlineData("Estargz.Publishing", "Estargz.Images Estargz.Layers Estargz.Profiles Estargz.Registries Estargz.Transfers")]
    public void A_folder_refers_to_nothing_but(string folder, string allowed)
    {
        string[] all = [folder, "Estargz", .. allowed.Split(' ')];
        Assert.DoesNotContain(LibraryReferences.All, r => r.From == folder && IsOwn(r.To) && !all.Contains(r.To));
    }

    [Fact]
    public void The_root_holds_what_all_folders_share_and_refers_to_none() =>
        Assert.DoesNotContain(LibraryReferences.All, r => r.From == "Estargz" && IsOwn(r.To) && r.To != "Estargz");

    [Fact]
    public void No_folder_is_forgotten() => Assert.Equal(
        ["Estargz", "Estargz.Converting", "Estargz.Deflate", "Estargz.Images", "Estargz.Layers", "Estargz.Profiles", "Estargz.Publishing", "Estargz.Registries", "Estargz.Transfers"],
        LibraryReferences.All.Select(r => r.From).Where(IsOwn).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("System.Net.Http", "Estargz.Registries")]
    [InlineData("System.IO.Compression", "Estargz.Layers")]
    [InlineData("ICSharpCode.SharpZipLib", "Estargz.Layers")]
    [InlineData("ZstdSharp", "Estargz.Layers")]
    [InlineData("Polly", "Estargz.Registries")]
    [InlineData("Microsoft.Build", "nobody")]
    [InlineData("System.Console", "nobody")]
    public void Only_one_folder_refers_to(string other, string folder) =>
        Assert.DoesNotContain(
            LibraryReferences.All,
            r => IsOwn(r.From) && r.From != folder && (r.To == other || r.To.StartsWith(other + ".", StringComparison.Ordinal)));

    [Fact]
    public void References_that_are_known_to_be_there_are_seen()
    {
        Assert.Contains(("Estargz.Layers", "Estargz.Images"), LibraryReferences.All);
        Assert.Contains(("Estargz.Layers", "System.IO.Compression"), LibraryReferences.All);
        Assert.Contains(("Estargz.Layers", "ICSharpCode.SharpZipLib.Zip.Compression"), LibraryReferences.All);
        Assert.Contains(("Estargz.Images", "Estargz"), LibraryReferences.All);
    }

    private static bool IsOwn(string name) => name == "Estargz" || name.StartsWith("Estargz.", StringComparison.Ordinal);
}
