using CsCheck;
using Estargz.Profiles;

namespace Estargz.Tests.Profiles;

public class ProfileJsonTests
{
    private const string Digest = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [InlineData("""{"path":"usr/share/dotnet/dotnet","manifestDigest":"sha256:0","layerIndex":1}""" + "\n" + """{"layerIndex":0,"path":"/app/a b.dll"}""" + "\r\n\n" + """{"path":"usr/share/dotnet/dotnet"}""" + "\n")]
    [InlineData("""["/usr/share/dotnet/dotnet", "app/a b.dll"]""")]
    [InlineData("""
        [
          "/usr/share/dotnet/dotnet",
          "./app/a b.dll"
        ]
        """)]
    public void Records_of_ctr_remote_and_lists_of_SOCI_are_read(string text) =>
        Assert.Equal(["usr/share/dotnet/dotnet", "app/a b.dll"], StartupProfile.Parse(text, "the test").Paths.AsEnumerable());

    [Theory]
    [InlineData("[id].js")]
    [InlineData("[]x]")]
    [InlineData("{a}.js")]
    [InlineData("{")]
    [InlineData("[")]
    public void A_glob_is_no_JSON(string text) => Assert.Equal([text], StartupProfile.Parse(text, "the test").Paths.AsEnumerable());

    [Fact]
    public void An_empty_list_names_nothing() => Assert.Empty(StartupProfile.Parse(" [ ]\n", "the test").Paths);

    [Theory]
    [InlineData("""{"path":"a"}""" + "\nplain", "line 2")]
    [InlineData("""{"path":1}""", "line 1")]
    [InlineData("""{"file":"a"}""", "line 1")]
    [InlineData("""{"path":"\ud800"}""", "line 1")]
    [InlineData("""{"path":"a\u0000b"}""", "line 1")]
    [InlineData("""["a", 1]""", "line 1")]
    [InlineData("""[{"path":"a"}]""", "line 1")]
    [InlineData("""["a" """, "line 1")]
    [InlineData("""{"version":"1.0","prefetch_spans":[{"start_span":10,"end_span":15}]}""", "--prefetch-files-json")]
    public void What_has_no_paths_is_told(string text, string part)
    {
        var failure = Assert.Throws<EstargzException>(() => StartupProfile.Parse(text, "'p'"));
        Assert.Equal(DiagnosticCode.ProfileUnreadable, failure.Code);
        Assert.Contains(part, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_is_written_as_ctr_remote_writes_it() => Assert.Equal(
        $$"""
        {"path":"usr/share/dotnet/dotnet","manifestDigest":"{{Digest}}","layerIndex":1}
        {"path":"app/x","manifestDigest":"{{Digest}}","layerIndex":2}

        """.ReplaceLineEndings("\n"),
        CtrRemoteRecord.Write([new(1, "./usr/share/dotnet/dotnet"), new(2, "/app/x")], Digest));

    [Fact]
    public void What_is_written_is_read_again() => Gen.String[Gen.Char["abé\"\\\n\t{*[ "], 1, 10].Array[1, 5].Sample(names =>
    {
        var record = CtrRemoteRecord.Write(names.Select(name => new StartupEntry(0, "d/" + name)), Digest);
        return StartupProfile.Parse(record, "the test").Paths.SequenceEqual(names.Select(name => "d/" + name).Distinct());
    });

    [Fact]
    public void Any_text_is_a_profile_or_refused() => Gen.Select(Gen.OneOf(Gen.Const("{\""), Gen.Const("[\""), Gen.Const("{ \"path\":"), Gen.Const("[ ")), Gen.String[Gen.Char["ab\"\\{}[]:,\n0 u"], 0, 30]).Sample((start, text) =>
    {
        try
        {
            return StartupProfile.Parse(start + text, "the test").Lines.Length >= 0;
        }
        catch (EstargzException e)
        {
            return e.Code == DiagnosticCode.ProfileUnreadable;
        }
    });
}
