using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Estargz.Registries;

/// <summary>Turns an answer, or the lack of one, into an error with a code and a next step.</summary>
internal static class RegistryError
{
    private const int BodyLimit = 64 * 1024;

    /// <summary>The error for an answer that nobody expected.</summary>
    public static async Task<EstargzException> ReadAsync(RegistryResponse response)
    {
        var body = response.Method == HttpMethod.Head ? [] : await ReadBodyAsync(response);
        var said = ErrorText.Quote(body, response.Secrets);
        var answer = response.Display + (said is null ? "" : $" ({said})");
        if (said is null && response.ContentType == "text/html" && (int)response.Status is >= 200 and < 400)
        {
            return Answer(response, "the answer is a web page, so this does not look like a registry; check the host name");
        }

        bool isRead = response.Method == HttpMethod.Get || response.Method == HttpMethod.Head;
        return (int)response.Status switch
        {
            401 or 403 => new(DiagnosticCode.CredentialsRefused,
                $"{answer}: the registry does not allow this. Check the repository's name and that the account may use it, or sign in with 'docker login'."),
            404 => new(DiagnosticCode.NotFound,
                $"{answer}: it is not there. Check registry, repository and tag; some registries want a repository to be created before the first push."),
            400 when said is not null && (said.Contains("BLOB_UNKNOWN", StringComparison.Ordinal)) => new(DiagnosticCode.NotFound,
                $"{answer}: a blob of the image is gone from the registry. Publish again."),
            407 => new(DiagnosticCode.RegistryUnreachable, $"{answer}: the proxy asks for credentials. Set them in HTTPS_PROXY."),
            413 when !isRead => new(DiagnosticCode.UploadRefused, $"{answer}: this is too large for the registry or a proxy before it. Raise its limit."),
            429 => new(DiagnosticCode.RegistryUnreachable, $"{answer}: the registry limits the rate of requests. Wait, or sign in."),
            >= 500 or 408 or 499 => new(DiagnosticCode.RegistryUnreachable, $"{answer}: the registry is in trouble. Try again later."),
            >= 400 when isRead => new(DiagnosticCode.RegistryAnswer, $"{answer}: the registry refuses to give this, and no registry should."),
            >= 400 => new(DiagnosticCode.UploadRefused, $"{answer}: the registry refused this."),
            _ => Answer(response, "no registry answers so"),
        };
    }

    /// <summary>An answer that makes no sense.</summary>
    public static EstargzException Answer(RegistryResponse response, string why) =>
        new(DiagnosticCode.RegistryAnswer, $"{response.Display}: {why}.");

    /// <summary>No answer at all.</summary>
    public static EstargzException Unreachable(Uri uri, Exception cause)
    {
        var why = cause switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "there is no such host name",
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                $"the TLS handshake failed ({Shorten(cause.InnerException?.Message ?? cause.Message, 200)}). Trust its certificate, or list the host in DOTNET_CONTAINER_INSECURE_REGISTRIES to accept any",
            HttpRequestException { StatusCode: HttpStatusCode.ProxyAuthenticationRequired } => "the proxy refuses the credentials in its URL, or there are none",
            HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => "the proxy refuses to connect to it",
            HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => "what answers there does not speak HTTP",
            HttpRequestException { InnerException: SocketException socket } => $"the connection failed ({socket.SocketErrorCode})",
            OperationCanceledException => "nothing was heard from it for too long",
            _ => "the connection broke",
        };
        return new(DiagnosticCode.RegistryUnreachable,
            $"'{uri.Authority}' cannot be reached: {why}. Check the registry's name, the network and the proxy.", cause);
    }

    /// <summary>Text from the network made fit for one line.</summary>
    public static string Shorten(string text, int limit)
    {
        var line = string.Concat(text.Take(limit).Select(c => IsUnfit(c) ? ' ' : c));
        return text.Length > limit ? line + "…" : line;
    }

    /// <summary>What moves the cursor, turns the direction of writing, breaks the line, or is half a character.</summary>
    private static bool IsUnfit(char c) => char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;

    private static async Task<byte[]> ReadBodyAsync(RegistryResponse response)
    {
        try
        {
            return await response.ReadAsync(BodyLimit);
        }
        catch (TransientFailure)
        {
            // The status says enough.
            return [];
        }
    }
}
