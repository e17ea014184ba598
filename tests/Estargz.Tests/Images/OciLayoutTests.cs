using System.Diagnostics;
using Estargz.Images;
using static Estargz.Tests.Images.ImageSample;

namespace Estargz.Tests.Images;

public sealed class OciLayoutTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("estargz-layout-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_tagged_image_is_found_and_read()
    {
        var manifest = Write("one", "two");
        var layout = OciLayout.Open(_folder + ":two");
        var descriptor = layout.Resolve();
        Assert.Equal(("two", manifest.Digest), (layout.Tag, descriptor.Digest));
        Assert.Equal(manifest.Bytes.ToArray(), layout.ReadContent(descriptor).Bytes.ToArray());

        using var blob = layout.OpenBlob(descriptor);
        blob.Seek(-1, SeekOrigin.End);
        Assert.Equal('}', blob.ReadByte());
    }

    [Fact]
    public void Without_a_tag_there_must_be_one_image()
    {
        Write("only");
        Assert.Equal("only", OciLayout.Open(_folder).Resolve().Annotations[Annotation.RefName]);

        Write("one", "two");
        Assert.Contains("'one', 'two'", Fails(DiagnosticCode.NotFound, () => OciLayout.Open(_folder).Resolve()).Message, StringComparison.Ordinal);
        Assert.Contains("'none'", Fails(DiagnosticCode.NotFound, () => OciLayout.Open(_folder + ":none").Resolve()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_a_colon_in_its_name_is_found()
    {
        Write("only");
        var other = _folder + "/a:b";
        Directory.CreateDirectory(other);
        File.Copy(_folder + "/oci-layout", other + "/oci-layout");
        File.Copy(_folder + "/index.json", other + "/index.json");
        Assert.Null(OciLayout.Open(other).Tag);
        Assert.Equal("only", OciLayout.Open(other + ":only").Tag);
    }

    [Fact]
    public void A_blob_that_is_missing_or_changed_is_noticed()
    {
        var manifest = Write("only");
        var layout = OciLayout.Open(_folder);
        var path = $"{_folder}/blobs/sha256/{manifest.Digest.Hex}";

        var bytes = File.ReadAllBytes(path);
        bytes[3] ^= 1;
        File.WriteAllBytes(path, bytes);
        Fails(DiagnosticCode.DigestMismatch, () => layout.ReadContent(layout.Resolve()));

        File.WriteAllBytes(path, bytes[1..]);
        Fails(DiagnosticCode.DigestMismatch, () => layout.OpenBlob(layout.Resolve()));

        File.Delete(path);
        Fails(DiagnosticCode.NotFound, () => layout.OpenBlob(layout.Resolve()));
    }

    [Fact]
    public void What_is_not_a_layout_is_refused()
    {
        Fails(DiagnosticCode.NotFound, () => OciLayout.Open(_folder));
        Fails(DiagnosticCode.NotFound, () => OciLayout.Open(_folder + "/none:tag"));

        File.WriteAllText(_folder + "/oci-layout", """{"imageLayoutVersion":"1.0.0"}""");
        Fails(DiagnosticCode.FileUnreadable, () => OciLayout.Open(_folder));

        File.WriteAllBytes(_folder + "/index.json", new byte[(4 << 20) + 1]);
        Fails(DiagnosticCode.ImageMalformed, () => OciLayout.Open(_folder));

        File.WriteAllText(_folder + "/oci-layout", """{"imageLayoutVersion":"2.0.0"}""");
        Fails(DiagnosticCode.ImageMalformed, () => OciLayout.Open(_folder));
    }

    [UmociFact]
    public void What_umoci_writes_is_read()
    {
        var folder = _folder + "/umoci";
        Umoci("init", "--layout", folder);
        Umoci("new", "--image", folder + ":fresh");
        var layout = OciLayout.Open(folder + ":fresh");
        var manifest = Manifest.Parse(layout.ReadContent(layout.Resolve()), "umoci's manifest");
        var config = ImageConfig.Parse(layout.ReadContent(manifest.Config), "umoci's configuration");
        Assert.Equal("linux", Image.Create(manifest, config, "umoci's image").Config.Platform.Os);
    }

    private static void Umoci(params string[] arguments)
    {
        using var process = Process.Start("umoci", arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private Content Write(params string[] tags)
    {
        var manifest = Content(MediaType.Manifest, "{'schemaVersion':2,'config':{'mediaType':'c','digest':'~c','size':1},'layers':[]}");
        var entries = tags.Select(tag =>
            "{'mediaType':'" + MediaType.Manifest + "','digest':'" + manifest.Digest + "','size':" + manifest.Bytes.Length +
            ",'annotations':{'org.opencontainers.image.ref.name':'" + tag + "'}}");
        Directory.CreateDirectory(_folder + "/blobs/sha256");
        File.WriteAllText(_folder + "/oci-layout", """{"imageLayoutVersion":"1.0.0"}""");
        File.WriteAllText(_folder + "/index.json", Expand("{'schemaVersion':2,'manifests':[" + string.Join(',', entries) + "]}"));
        File.WriteAllBytes($"{_folder}/blobs/sha256/{manifest.Digest.Hex}", manifest.Bytes.ToArray());
        return manifest;
    }
}
