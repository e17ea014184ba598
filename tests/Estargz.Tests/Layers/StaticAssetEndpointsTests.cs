using System.Text;

namespace Estargz.Layers;

public sealed class StaticAssetEndpointsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Every_time_becomes_the_images_and_nothing_else_changes()
    {
        const string Before = """{"a":[{"Name":"Last-Modified","Value":"Tue, 24 Nov 2026 16:00:35 GMT"},{"Name":"Last-Modified","Value":"Fri, 01 Jan 1999 00:00:00 GMT"},{"Name":"Date","Value":"Tue, 24 Nov 2026 16:00:35 GMT"}]}""";
        const string After = """{"a":[{"Name":"Last-Modified","Value":"Thu, 01 Jan 1970 00:00:01 GMT"},{"Name":"Last-Modified","Value":"Thu, 01 Jan 1970 00:00:01 GMT"},{"Name":"Date","Value":"Tue, 24 Nov 2026 16:00:35 GMT"}]}""";

        Assert.Equal(After, Rewrite("app.staticwebassets.endpoints.json", Before));
        Assert.Equal(Before, Rewrite("other.json", Before));
    }

    [Theory]
    [InlineData("""{"Name":"Last-Modified","Value":"soon"}""")]
    [InlineData("""{"Name":"Last-Modified","Value":"Tue, 24 Nov""")]
    [InlineData("""{"Name":"Last-Modified","Value":"Tue, 24 Nov 2026 16:00:35 GMT+1"}""")]
    [InlineData("")]
    public void What_is_no_time_stays(string json) => Assert.Equal(json, Rewrite("app.staticwebassets.endpoints.json", json));

    private string Rewrite(string name, string json)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, json);
        var content = StaticAssetEndpoints.ContentOf(new ImageFile("app/" + name, path, new FileInfo(path).Length, false), modifiedSeconds: 1);
        var bytes = new byte[content.Length];
        content.Read(0, bytes);
        return Encoding.UTF8.GetString(bytes);
    }
}
