using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Estargz.Recording.Tests;

/// <summary>Web apps that listen where, and speak what, their own settings say.</summary>
[Trait("Category", "Real")]
[Collection("apps")]
public sealed class EndpointTests(SampleApps apps)
{
    [LinuxTheory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://[::]:0")]
    [InlineData("https://127.0.0.1:0")]
    public async Task An_app_that_says_nothing_is_asked_where_it_listens(string url)
    {
        using var folder = new TemporaryFolder();

        await IsReadyAsync(
            ("Logging__LogLevel__Default", "Warning"),
            ("Kestrel__Endpoints__Own__Url", url),
            ("Kestrel__Certificates__Default__Path", WriteCertificate(folder)));
    }

    [LinuxFact]
    public async Task An_address_that_does_not_answer_is_not_in_the_way_of_another()
    {
        using var folder = new TemporaryFolder();

        await IsReadyAsync(
            ("Logging__LogLevel__Default", "Warning"),
            ("Kestrel__Endpoints__A__Url", "https://127.0.0.1:0"),
            ("Kestrel__Endpoints__A__ClientCertificateMode", "RequireCertificate"),
            ("Kestrel__Endpoints__B__Url", "http://127.0.0.1:0"),
            ("Kestrel__Certificates__Default__Path", WriteCertificate(folder)));
    }

    [LinuxFact]
    public async Task An_app_is_asked_at_its_first_address_that_is_no_unix_socket()
    {
        using var folder = new TemporaryFolder();

        await IsReadyAsync(("Kestrel__Endpoints__A__Url", "http://unix:" + folder["socket"]), ("Kestrel__Endpoints__B__Url", "http://127.0.0.1:0"));
    }

    [LinuxTheory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("https://127.0.0.1:0")]
    public async Task An_app_that_speaks_HTTP2_alone_is_ready_too(string url)
    {
        using var folder = new TemporaryFolder();

        await IsReadyAsync(
            ("Kestrel__EndpointDefaults__Protocols", "Http2"),
            ("Kestrel__Endpoints__Own__Url", url),
            ("Kestrel__Certificates__Default__Path", WriteCertificate(folder)));
    }

    private async Task IsReadyAsync(params (string Name, string Value)[] settings)
    {
        var request = await apps.RequestAsync("HelloWeb");
        var environment = request.Environment.AddRange(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)));

        var recording = await Recorder.RecordAsync(request with { Environment = environment });

        Assert.Empty(recording.Warnings);
    }

    private static string WriteCertificate(TemporaryFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllBytes(folder["certificate.pfx"], certificate.Export(X509ContentType.Pfx));
        return folder["certificate.pfx"];
    }
}
