using System.Net.Http.Headers;
using System.Text;

namespace Estargz.Registries;

/// <summary>A user's secret for one registry. Never printed: only <see cref="Source"/> may be.</summary>
/// <param name="UserName">The user; may be empty with an identity token.</param>
/// <param name="Secret">The password, or the identity token.</param>
/// <param name="IsIdentityToken">Whether the secret is an OAuth2 refresh token and not a password.</param>
/// <param name="Source">Where they came from, for messages: <c>config.json of Docker at …</c>.</param>
internal sealed record Credentials(string UserName, string Secret, bool IsIdentityToken, string Source)
{
    /// <summary>The user name under which Docker stores identity tokens.</summary>
    private const string TokenUser = "<token>";

    public static Credentials Of(string userName, string secret, string source) => userName == TokenUser
        ? new("", secret, true, source)
        : new(userName, secret, false, source);

    /// <summary>RFC 7617, with UTF-8.</summary>
    public AuthenticationHeaderValue ToBasic() =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{UserName}:{Secret}")));

    public override string ToString() => Source;
}
