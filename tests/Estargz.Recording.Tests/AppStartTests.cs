using System.Formats.Tar;

namespace Estargz.Recording.Tests;

/// <summary>What a request finds of an app, before anything of it is started.</summary>
[Collection("apps")]
public sealed class AppStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [LinuxTheory]
    [InlineData("Contoso.Batch", "Contoso.Batch")]
    [InlineData("sh", "Contoso.Batch", "Contoso.Batch.dll", "x")]
    public void A_dot_in_the_name_is_no_extension(string program, string name, params string[] arguments)
    {
        _folder.Write("Contoso.Batch", "");

        var start = AppStart.Find(new RecordingRequest(program == "sh" ? program : _folder[program], [.. arguments]));

        Assert.Equal(name, start.Name);
    }

    [LinuxFact]
    public void A_script_tells_nothing_so_its_end_is_awaited()
    {
        using var app = new ScriptApp("exit 0");

        Assert.Equal("the end of the app", Readiness.For(app.Request).Describe());
        Assert.Equal("the end of the app", Readiness.For(new RecordingRequest("sh", ["-c", "exit"])).Describe());
    }

    [LinuxTheory]
    [InlineData("/opt/web/Contoso.Web")]
    [InlineData("web")]
    [InlineData("sh", "/opt/web/Contoso.Web.dll")]
    [InlineData("sh", "../opt/web/Contoso.Web.dll")]
    public async Task The_settings_of_an_app_of_an_image_lie_beside_it_wherever_it_works(string program, params string[] arguments)
    {
        using var root = await SampleLayer.UnpackAsync(SampleLayer.Of("", "opt/web/Contoso.Web", "bin/sh", "bin/web -> ../opt/web/Contoso.Web", "opt/web/Contoso.Web.dll", "work/")
            .Add(TarEntryType.RegularFile, "opt/web/Contoso.Web.runtimeconfig.json", text: """
                { "runtimeOptions": { "frameworks": [{ "name": "Microsoft.AspNetCore.App", "version": "10.0.0" }] } }
                """));

        var request = new RecordingRequest(program, [.. arguments]) { Root = root, WorkingDirectory = "/work" };

        Assert.IsType<HttpReadiness>(Readiness.For(request));
        Assert.Equal("the end of the app", Readiness.For(request with { FileName = "sh", Arguments = [] }).Describe());
    }

    public void Dispose() => _folder.Dispose();
}
