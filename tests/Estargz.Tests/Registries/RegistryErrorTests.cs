using Estargz.Testing;

namespace Estargz.Tests.Registries;

/// <summary>What an error of a registry, or of a proxy before it, becomes.</summary>
public sealed class RegistryErrorTests : RegistryTest
{
    [Theory]
    [InlineData(403, DiagnosticCode.CredentialsRefused, "does not allow this")]
    [InlineData(404, DiagnosticCode.NotFound, "it is not there")]
    [InlineData(413, DiagnosticCode.UploadRefused, "too large for the registry or a proxy")]
    [InlineData(429, DiagnosticCode.RegistryUnreachable, "limits the rate")]
    [InlineData(502, DiagnosticCode.RegistryUnreachable, "in trouble")]
    [InlineData(503, DiagnosticCode.RegistryUnreachable, "in trouble")]
    [InlineData(200, DiagnosticCode.RegistryAnswer, "does not look like a registry")]
    public async Task Error_page_of_a_proxy_counts_by_its_status(int status, string code, string expected)
    {
        Server.On("POST", "/uploads/", Responses.Html(status));

        var error = await FailsAsync(code, () => Client.CheckPushAccessAsync(Repository, None));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('<', error.Message);
    }
}
