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

    [Theory]
    [InlineData("Blocked by policy 7.\r\nAsk ann.\n", "(Blocked by policy 7.  Ask ann.)")]
    [InlineData("{\"errors\":[{\"code\":\"DENIED\",\"message\":\"a\u202Eb\u2028c\u200Bd\\u0007e\"}]}", "(DENIED: a b c d e)")]
    [InlineData("{\"errors\":[{\"code\":\"DENIED\",\"message\":\"rule 7\",\"detail\":\"LONG\"}]}", "(DENIED: rule 7)")]
    [InlineData("{\"errors\":[{\"code\":\"DENIED\",\"message\":\"rule 7 LONG\"}]}", "(DENIED: rule 7 xxxxx")]
    [InlineData("<?xml version=\"1.0\"?><Error/>", "403: the registry does not allow")]
    [InlineData("{]", "403: the registry does not allow")]
    [InlineData("[]", "403: the registry does not allow")]
    [InlineData("a\0b", "403: the registry does not allow")]
    public async Task What_is_said_is_quoted_as_far_as_it_can_be_read(string body, string expected)
    {
        Server.On("POST", "/uploads/", Responses.Status(403, body.Replace("LONG", new string('x', 100_000), StringComparison.Ordinal)));

        var error = await FailsAsync(DiagnosticCode.CredentialsRefused, () => Client.CheckPushAccessAsync(Repository, None));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.True(error.Message.Length < 800);
    }
}
