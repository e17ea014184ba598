using System.Text;

namespace Estargz.Testing;

/// <summary>Makes a registry ask for credentials.</summary>
public static class SignIn
{
    /// <summary>Where <see cref="RequireBearer"/> gives tokens.</summary>
    public const string TokenPath = "/token";

    /// <summary>RFC 7617.</summary>
    public static Rule RequireBasic(this TestRegistry registry, string user, string password) =>
        registry.On(request => request.Headers.Authorization != Basic(user, password), Responses.Status(401, headers: ("WWW-Authenticate", "Basic realm=\"test\"")));

    /// <summary>
    /// Tokens, from this registry itself. Everybody gets one for pulling, the user one for everything. A token holds
    /// the scopes that it was given for.
    /// </summary>
    public static void RequireBearer(this TestRegistry registry, string user, string password)
    {
        registry.On(
            request => request.Path.StartsWithSegments("/v2", StringComparison.Ordinal) && !Allows(request),
            (context, next) => Responses.Status(401, headers: ("WWW-Authenticate",
                $"Bearer realm=\"{context.Request.Scheme}://{context.Request.Host}{TokenPath}\",service=\"test\",scope=\"{Needed(context.Request)}\""))(context, next));
        registry.On("GET", TokenPath, (context, _) =>
        {
            var authorization = context.Request.Headers.Authorization.ToString();
            bool known = authorization == Basic(user, password);
            if (authorization.Length > 0 && !known)
            {
                throw new RegistryException(401, "UNAUTHORIZED", "incorrect username or password");
            }

            var scopes = context.Request.Query["scope"].Select(scope => known ? scope : scope!.Replace(",push", "", StringComparison.Ordinal));
            return context.Response.WriteAsJsonAsync(new { token = Convert.ToHexString(Encoding.UTF8.GetBytes(string.Join(' ', scopes))), expires_in = 300 });
        });
    }

    public static string Basic(string user, string password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));

    private static bool Allows(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        if (!authorization.StartsWith("Bearer ", StringComparison.Ordinal))
        {
            return false;
        }

        var granted = Encoding.UTF8.GetString(Convert.FromHexString(authorization[7..])).Split(' ');
        return Needed(request).Split(' ').All(need => granted.Any(have => have == need || have == need.Replace(":pull", ":pull,push", StringComparison.Ordinal)));
    }

    private static string Needed(HttpRequest request)
    {
        var repository = request.Path.Value!["/v2/".Length..];
        foreach (var end in new[] { "/blobs/", "/manifests/", "/tags/" })
        {
            int at = repository.LastIndexOf(end, StringComparison.Ordinal);
            repository = at > 0 ? repository[..at] : repository;
        }

        var scope = $"repository:{repository}:pull" + (request.Method is "GET" or "HEAD" ? "" : ",push");
        return request.Query.TryGetValue("from", out var from) ? $"{scope} repository:{from}:pull" : scope;
    }
}
