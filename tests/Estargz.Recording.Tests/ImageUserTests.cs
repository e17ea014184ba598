using System.Formats.Tar;

namespace Estargz.Recording.Tests;

[Collection("apps")]
public sealed class ImageUserTests
{
    [LinuxTheory]
    [InlineData(null, 0, 0, "/root")]
    [InlineData("", 0, 0, "/root")]
    [InlineData("app", 1654, 100, "/home/app")]
    [InlineData("1654", 1654, 100, "/home/app")]
    [InlineData("1654:0", 1654, 0, "/home/app")]
    [InlineData("app:staff", 1654, 50, "/home/app")]
    [InlineData("7", 7, 0, "/")]
    [InlineData("7:8", 7, 8, "/")]
    public async Task Names_and_numbers_are_those_of_the_image(string? text, int uid, int gid, string home)
    {
        using var root = await SampleLayer.UnpackAsync(Accounts());

        Assert.Equal(new ImageUser((uint)uid, (uint)gid, home), ImageUser.Find(text, root));
    }

    [LinuxTheory]
    [InlineData("nobody", "the user 'nobody'")]
    [InlineData("app:nogroup", "the group 'nogroup'")]
    [InlineData("-1", "the user '-1'")]
    [InlineData("4294967295", "the user '4294967295'")]
    public async Task An_unknown_name_is_an_error(string text, string told)
    {
        using var root = await SampleLayer.UnpackAsync(Accounts());

        var failure = Assert.Throws<EstargzException>(() => ImageUser.Find(text, root));

        Assert.Equal(DiagnosticCode.RecordingFailed, failure.Code);
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_link_out_of_the_image_is_not_followed()
    {
        using var root = await SampleLayer.UnpackAsync(SampleLayer.Of("x", "etc/passwd -> /../../../../etc/passwd", "etc/group -> /etc/passwd"));

        Assert.Throws<EstargzException>(() => ImageUser.Find("root", root));
    }

    private static SampleLayer Accounts() => new SampleLayer()
        .Add(TarEntryType.RegularFile, "etc/passwd", text: "root:x:0:0:root:/root:/bin/sh\nbroken\napp:x:1654:100::/home/app:/bin/sh\n")
        .Add(TarEntryType.RegularFile, "etc/group", text: "root:x:0:\nstaff:x:50:\n");
}
