using System.Globalization;
using System.Text.RegularExpressions;

namespace Estargz.Registries;

/// <summary>How large the chunks of an upload are, and whether there must be chunks at all.</summary>
internal sealed partial class ChunkSize
{
    private const long Default = 4 * 1024 * 1024;

    /// <summary>What the .NET SDK uses for Amazon ECR, which refuses chunks below 5 MiB.</summary>
    private const long Ecr = 5_248_080;

    private readonly long? _wanted;
    private readonly long _usual;

    public ChunkSize(string registry, RegistryOptions options)
    {
        const string Variable = "REGISTRY_CHUNKED_UPLOAD_SIZE_BYTES";
        _usual = IsEcr(registry) ? Ecr : Default;
        if (options.Variable(Variable) is { } text)
        {
            _wanted = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long size) && size > 0 ? size
                : throw new EstargzException(DiagnosticCode.InvalidProperty,
                    $"Environment variable DOTNET_CONTAINER_{Variable} is '{RegistryError.Shorten(text, 40)}', not a number of bytes above 0.");
        }

        IsForced = bool.TryParse(options.Variable("DEBUG_REGISTRY_FORCE_CHUNKED_UPLOAD"), out bool forced) && forced;
    }

    /// <summary>Whether blobs must not go in one piece: the user wants it so, or the registry was found to take none.</summary>
    public bool IsForced { get; private set; }

    /// <summary>
    /// Whether one chunk may be all of a blob, as Docker sends it: right for a registry that refuses one piece for another
    /// reason than its size.
    /// </summary>
    public bool MayBeWhole { get; private set; }

    /// <summary>Whether the registry is Amazon ECR, public or of an account.</summary>
    public static bool IsEcr(string registry) => registry == "public.ecr.aws" || EcrPattern().IsMatch(registry);

    /// <summary>The size for one upload, in bytes: the user's, or one that the registry takes.</summary>
    public long For(UploadSession session, bool mayBeWhole) => _wanted ?? (mayBeWhole ? long.MaxValue : Math.Max(session.MinimumChunk, _usual));

    /// <summary>Remembers that chunks worked where one piece did not: the next blob need not be sent twice.</summary>
    public void Force(bool mayBeWhole) => (MayBeWhole, IsForced) = (mayBeWhole, true);

    [GeneratedRegex(@"\A[0-9]{12}\.dkr\.ecr(-fips)?\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\z")]
    private static partial Regex EcrPattern();
}
