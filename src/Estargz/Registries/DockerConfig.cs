using System.Text;
using System.Text.Json;
using Estargz.Images;

namespace Estargz.Registries;

/// <summary>The credentials in a <c>config.json</c> of Docker or an <c>auth.json</c> of Podman (containers-auth.json(5)).</summary>
internal sealed class DockerConfig
{
    private const int SizeLimit = 1024 * 1024;
    private const string DockerHubServer = "https://index.docker.io/v1/";

    private readonly string _path;
    private readonly JsonElement _root;

    private DockerConfig(string path, JsonElement root)
    {
        _path = path;
        _root = root;
    }

    /// <summary>Runs a credential helper: its name, the server to ask for.</summary>
    public delegate Task<Credentials?> AskHelper(string name, string server, CancellationToken ct);

    /// <summary>Reads a file; null if there is none or nothing in it.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.CredentialsUnreadable"/>.</exception>
    public static DockerConfig? Read(string path)
    {
        if (Directory.Exists(path))
        {
            throw Unreadable($"'{path}' is a folder", null);
        }

        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > SizeLimit)
            {
                throw Unreadable($"'{path}' is larger than 1 MiB", null);
            }

            using var reader = new StreamReader(file, Encoding.UTF8);
            var text = reader.ReadToEnd();
            if (string.IsNullOrWhiteSpace(text))
            {
                return null;
            }

            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object ? new(path, json.RootElement.Clone())
                : throw Unreadable($"'{path}' is not a JSON object", null);
        }
        catch (JsonException e)
        {
            // The parser's own message could quote the text, and the text holds secrets.
            throw Unreadable($"'{path}' is not valid JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable($"'{path}' cannot be read", e);
        }
    }

    /// <summary>The helper of the registry, then the helper of all registries, then what is in the file itself.</summary>
    public async Task<Credentials?> FindAsync(string registry, string repository, AskHelper ask, CancellationToken ct)
    {
        var server = registry == Reference.DockerHub ? DockerHubServer : registry;
        foreach (var helper in Reading(() => Helpers(registry)))
        {
            if (await ask(helper, server, ct) is { } found)
            {
                return found;
            }
        }

        return Reading(() => Stored(registry, repository));
    }

    private List<string> Helpers(string registry) =>
    [
        .. Section("credHelpers")
            .Where(entry => ServerKey.Normalize(entry.Name) == ServerKey.Normalize(registry) && entry.Value.ValueKind == JsonValueKind.String)
            .Select(entry => entry.Value.GetString())
            .Append(Text(_root, "credsStore"))
            .OfType<string>()
            .Where(name => name.Length > 0),
    ];

    private Credentials? Stored(string registry, string repository) => ServerKey.Candidates(registry, repository)
        .SelectMany(key => Section("auths").Where(entry => ServerKey.Normalize(entry.Name) == key))
        .Select(FromEntry)
        .FirstOrDefault(found => found is not null);

    /// <summary>Escaped text that is no Unicode shows only when it is read.</summary>
    private T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException e)
        {
            throw Unreadable($"'{_path}' has text that is not Unicode", e);
        }
    }

    private JsonElement.ObjectEnumerator Section(string name) =>
        _root.TryGetProperty(name, out var section) && section.ValueKind == JsonValueKind.Object ? section.EnumerateObject() : default;

    private Credentials? FromEntry(JsonProperty entry)
    {
        var source = $"'{_path}'";
        if (Text(entry.Value, "identitytoken") is { } token)
        {
            return new(Text(entry.Value, "auth") is { } user && Decode(user) is [var name, _] ? name : "", token, true, source);
        }

        if (Text(entry.Value, "auth") is { } auth)
        {
            return Decode(auth) is [var login, var secret] ? Credentials.Of(login, secret, source)
                : throw Unreadable($"'{_path}' has an 'auth' for '{entry.Name}' that is not base64 of 'user:password'", null);
        }

        // Docker leaves an empty object where a credential store holds the secret.
        return Text(entry.Value, "username") is { } plain && Text(entry.Value, "password") is { } password
            ? Credentials.Of(plain, password, source) : null;
    }

    private static string[]? Decode(string auth)
    {
        Span<byte> bytes = new byte[auth.Length];
        if (!Convert.TryFromBase64String(auth, bytes, out int length))
        {
            return null;
        }

        // Old clients padded with NULs.
        var parts = Encoding.UTF8.GetString(bytes[..length]).TrimEnd('\0').Split(':', 2);
        return parts is [{ Length: > 0 }, _] ? parts : null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text ? text : null;

    private static EstargzException Unreadable(string what, Exception? cause) => new(
        DiagnosticCode.CredentialsUnreadable, $"The file with registry credentials {what}. Mend it, or run 'docker login' again.", cause);
}
