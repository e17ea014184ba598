namespace Estargz.Recording.Tests;

/// <summary>What a request finds of an app, before anything of it is started.</summary>
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

    public void Dispose() => _folder.Dispose();
}
