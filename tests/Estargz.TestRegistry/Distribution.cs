using System.Text.RegularExpressions;

namespace Estargz.Testing;

/// <summary>Finds who answers a request (distribution specification, "Endpoints").</summary>
internal static partial class Distribution
{
    public static async Task AnswerAsync(HttpContext context, Storage storage)
    {
        var path = context.Request.Path.Value ?? "";
        if (path is "/v2/" or "/v2")
        {
            context.Response.Headers["Docker-Distribution-Api-Version"] = "registry/2.0";
            return;
        }

        if (path == "/v2/_catalog")
        {
            await context.Response.WriteAsJsonAsync(new { repositories = storage.Repositories });
            return;
        }

        var match = PathPattern().Match(path);
        if (!match.Success)
        {
            throw new RegistryException(404, "NAME_UNKNOWN", "no such endpoint");
        }

        string repository = match.Groups["name"].Value, rest = match.Groups["rest"].Value;
        await (match.Groups["kind"].Value switch
        {
            "uploads" => new Uploads(context, storage, repository, rest).AnswerAsync(),
            "blobs" => new Blobs(context, storage, repository, rest).AnswerAsync(),
            "manifests" => new Manifests(context, storage, repository, rest).AnswerAsync(),
            _ => TagsAsync(context, storage, repository),
        });
    }

    private static Task TagsAsync(HttpContext context, Storage storage, string repository)
    {
        var last = context.Request.Query["last"].ToString();
        var tags = storage.Tags(repository).Where(tag => string.CompareOrdinal(tag, last) > 0);
        if (int.TryParse(context.Request.Query["n"], out int count))
        {
            tags = tags.Take(count);
        }

        return context.Response.WriteAsJsonAsync(new { name = repository, tags });
    }

    [GeneratedRegex("^/v2/(?<name>[a-z0-9]+([._/-]+[a-z0-9]+)*)/((?<kind>blobs)/(?<kind>uploads)(/(?<rest>[^/]*))?|(?<kind>blobs|manifests)/(?<rest>[^/]+)|(?<kind>tags)/list)$", RegexOptions.ExplicitCapture)]
    private static partial Regex PathPattern();
}
