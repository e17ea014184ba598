using System.Text;
using Estargz.Images;

namespace Estargz.Tests.Images;

/// <summary>Small documents, written by hand.</summary>
internal static class ImageSample
{
    public static Digest DigestOf(char digit) => Digest.Parse("sha256:" + new string(digit, 64), "the test");

    public static Content Content(string mediaType, string json) => new(mediaType, Encoding.UTF8.GetBytes(Expand(json)));

    /// <summary>In hand-written JSON, <c>~a</c> stands for <c>sha256:aaa…</c> and an apostrophe for a quotation mark.</summary>
    public static string Expand(string json)
    {
        json = json.Replace('\'', '"');
        foreach (var digit in "0123456789abcdef")
        {
            json = json.Replace("~" + digit, DigestOf(digit).ToString(), StringComparison.Ordinal);
        }

        return json;
    }

    public static string Text(Content content) => Encoding.UTF8.GetString(content.Bytes.Span);

    public static Manifest ReadManifest(string json, string mediaType = MediaType.Manifest) =>
        Manifest.Parse(Content(mediaType, json), "the test manifest");

    public static ImageConfig ReadConfig(string json) => ImageConfig.Parse(Content(MediaType.Config, json), "the test configuration");

    public static EstargzException Fails(string code, Action action)
    {
        var failure = Assert.Throws<EstargzException>(action);
        Assert.Equal(code, failure.Code);
        Assert.DoesNotContain('\n', failure.Message);
        return failure;
    }
}
