using System.Net.Http.Headers;

namespace Estargz.Registries;

/// <summary>A request that can be sent more than once: elsewhere after a redirect, or again after a failure.</summary>
/// <param name="Method">The method.</param>
/// <param name="Uri">A path below the registry's origin, or the absolute URL of an upload session.</param>
/// <param name="Repository">The repository that it is about: some credentials belong to one repository only.</param>
/// <param name="Scope">What a token must allow.</param>
internal sealed record RegistryRequest(HttpMethod Method, Uri Uri, string Repository, string Scope)
{
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>The part of a blob that is wanted.</summary>
    public RangeHeaderValue? Range { get; init; }

    /// <summary>Makes the body, anew for each time that the request is sent.</summary>
    public Func<IdleWatch, HttpContent>? Content { get; init; }

    /// <summary>What the body has that nobody may see.</summary>
    public string? Secret { get; init; }

    /// <summary>What ends the wait for the answer instead of a cancel, once the request is under way.</summary>
    public CancellationToken? AnswerLimit { get; init; }

    public static RegistryRequest Pull(HttpMethod method, string repository, string path) =>
        new(method, PathOf(repository, path), repository, Registries.Scope.Pull(repository));

    public static RegistryRequest Push(HttpMethod method, string repository, string path, string? mountFrom = null) =>
        new(method, PathOf(repository, path), repository, Registries.Scope.Push(repository, mountFrom));

    /// <summary>The next step of an upload session.</summary>
    public static RegistryRequest Session(HttpMethod method, string repository, Uri session) =>
        new(method, session, repository, Registries.Scope.Push(repository));

    public HttpRequestMessage ToMessage(Uri uri, AuthenticationHeaderValue? authorization, IdleWatch watch)
    {
        var message = new HttpRequestMessage(Method, uri) { Content = Content?.Invoke(watch) };
        message.Headers.Authorization = authorization;
        message.Headers.Range = Range;
        message.Headers.UserAgent.ParseAdd("estargz");
        foreach (var type in Accept)
        {
            message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
        }

        return message;
    }

    private static Uri PathOf(string repository, string path) => new($"/v2/{repository}/{path}", UriKind.Relative);
}
