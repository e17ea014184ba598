using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Estargz.Images;

namespace Estargz.Registries;

/// <summary>An answer whose body has not been read yet. Whatever is read of it is limited and watched.</summary>
internal sealed class RegistryResponse(RegistryRequest request, Uri uri, HttpResponseMessage message, IdleWatch watch, CancellationToken ct) : IDisposable
{
    /// <summary>The URL that answered, after redirects.</summary>
    public Uri Uri { get; } = uri;

    public HttpMethod Method => request.Method;

    public HttpStatusCode Status => message.StatusCode;

    public string? ContentType => message.Content.Headers.ContentType?.MediaType;

    public long? Length => message.Content.Headers.ContentLength;

    /// <summary>The first byte that a 206 answer brings.</summary>
    public long? RangeStart => message.Content.Headers.ContentRange is { Unit: "bytes" } range ? range.From : null;

    /// <summary>Method, URL and status; the query is left out because it can hold a signature.</summary>
    public string Display => $"{Method} {Redact(Uri)} answered {(int)Status}";

    /// <summary>What the request proved itself with: a token, both forms of a password (RFC 7617), what its body has.</summary>
    public IEnumerable<string> Secrets => [.. InHeader(message.RequestMessage?.Headers.Authorization), .. request.Secret is { } secret ? [secret] : Array.Empty<string>()];

    /// <summary>A URL without what may be secret in it.</summary>
    public static string Redact(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    /// <summary>A header's only or first value.</summary>
    public string? Header(string name) => Headers(name).FirstOrDefault();

    public IEnumerable<string> Headers(string name) =>
        message.Headers.NonValidated.TryGetValues(name, out var values) ? values : [];

    /// <summary>The digest that the registry claims for the content, where it claims one.</summary>
    public Digest? ContentDigest() => Header("Docker-Content-Digest") is not { } text ? null
        : Digest.TryParse(text, out var digest) ? digest
        : throw RegistryError.Answer(this, "its Docker-Content-Digest header is not a digest");

    /// <summary>Reads the body to its end or, where there is more, one byte past the limit.</summary>
    public async Task<byte[]> ReadAsync(int limit)
    {
        using var body = new MemoryStream((int)Math.Min(Length ?? 0, limit));
        var stream = await OpenAsync();
        var buffer = new byte[16 * 1024];
        while (body.Length <= limit)
        {
            int wanted = (int)Math.Min(buffer.Length, limit + 1 - body.Length);
            int read = await ReadAsync(stream, buffer.AsMemory(0, wanted));
            if (read == 0)
            {
                break;
            }

            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }

    /// <summary>The body, for <see cref="ReadAsync(Stream, Memory{byte})"/>.</summary>
    public Task<Stream> OpenAsync() => message.Content.ReadAsStreamAsync(watch.Token);

    /// <summary>Reads some of the body; 0 at its end.</summary>
    public async Task<int> ReadAsync(Stream body, Memory<byte> buffer)
    {
        try
        {
            int read = await body.ReadAsync(buffer, watch.Token);
            watch.Moved();
            return read;
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new TransientFailure(RegistryError.Unreachable(Uri, e), e) { IsCut = true };
        }
    }

    private static string[] InHeader(AuthenticationHeaderValue? header) => header?.Parameter is not { } secret ? []
        : header.Scheme == "Basic" ? [secret, Encoding.UTF8.GetString(Convert.FromBase64String(secret)).Split(':', 2)[1]]
        : [secret];

    public void Dispose()
    {
        message.Dispose();
        watch.Dispose();
    }
}
