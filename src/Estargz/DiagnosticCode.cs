namespace Estargz;

/// <summary>
/// Every code that a user can see. 1xxx: configuration and SDK, 2xxx: start-up profile, 3xxx: layer and format,
/// 4xxx: registry and authentication, 5xxx: files, cache and process. Each has a page <c>docs/ESTARGZ####.md</c>.
/// </summary>
public static class DiagnosticCode
{
    /// <summary>The .NET SDK is older than 10.0.100.</summary>
    public const string SdkTooOld = "ESTARGZ1001";

    /// <summary>Docker manifests were asked for; they cannot carry the annotations that make an image lazy.</summary>
    public const string DockerFormat = "ESTARGZ1002";

    /// <summary>A property has a value that it cannot have.</summary>
    public const string InvalidProperty = "ESTARGZ1003";

    /// <summary>The SDK published a stock image, or would, although Estargz is enabled.</summary>
    public const string HookMissed = "ESTARGZ1004";

    /// <summary>Another package has taken over the SDK's container targets.</summary>
    public const string TargetsTaken = "ESTARGZ1005";

    /// <summary>The image goes to a place or platform where lazy pulling does not exist: the SDK publishes it.</summary>
    public const string NotLazyHere = "ESTARGZ1006";

    /// <summary>An image reference, repository or tag is not valid.</summary>
    public const string InvalidReference = "ESTARGZ1007";

    /// <summary>The start-up profile cannot be read.</summary>
    public const string ProfileUnreadable = "ESTARGZ2001";

    /// <summary>Some paths of the start-up profile are not in the image.</summary>
    public const string ProfilePathsNotFound = "ESTARGZ2002";

    /// <summary>The start-up profile names no path at all.</summary>
    public const string ProfileEmpty = "ESTARGZ2003";

    /// <summary>An app cannot be recorded: it could not be started, or ended before it was ready.</summary>
    public const string RecordingFailed = "ESTARGZ2004";

    /// <summary>Apps cannot be recorded on this operating system.</summary>
    public const string RecorderUnavailable = "ESTARGZ2005";

    /// <summary>A layer's compressed stream is damaged.</summary>
    public const string LayerDamaged = "ESTARGZ3001";

    /// <summary>A layer's tar archive is damaged or holds something that eStargz cannot express.</summary>
    public const string TarInvalid = "ESTARGZ3002";

    /// <summary>A layer has a media type that cannot be converted.</summary>
    public const string LayerMediaType = "ESTARGZ3003";

    /// <summary>A blob is not eStargz, or not valid eStargz.</summary>
    public const string NotEstargz = "ESTARGZ3004";

    /// <summary>A file to publish has a name that the format reserves.</summary>
    public const string ReservedName = "ESTARGZ3005";

    /// <summary>A layer passes a limit that protects against malicious input.</summary>
    public const string LayerLimit = "ESTARGZ3006";

    /// <summary>An image's manifest, index or configuration is malformed.</summary>
    public const string ImageMalformed = "ESTARGZ3007";

    /// <summary>The registry cannot be reached.</summary>
    public const string RegistryUnreachable = "ESTARGZ4001";

    /// <summary>The registry asks for credentials and there are none.</summary>
    public const string CredentialsMissing = "ESTARGZ4002";

    /// <summary>The registry refused the credentials, or they do not allow this.</summary>
    public const string CredentialsRefused = "ESTARGZ4003";

    /// <summary>The image, manifest or blob is not in the registry.</summary>
    public const string NotFound = "ESTARGZ4004";

    /// <summary>The registry's answer makes no sense.</summary>
    public const string RegistryAnswer = "ESTARGZ4005";

    /// <summary>What arrived is not what its digest or size says.</summary>
    public const string DigestMismatch = "ESTARGZ4006";

    /// <summary>The registry refused an upload.</summary>
    public const string UploadRefused = "ESTARGZ4007";

    /// <summary>The registry sends clients, and their credentials, to a place that is not trustworthy.</summary>
    public const string UntrustedTarget = "ESTARGZ4008";

    /// <summary>The Docker configuration file, or a credential variable, cannot be used.</summary>
    public const string CredentialsUnreadable = "ESTARGZ4009";

    /// <summary>A credential helper failed.</summary>
    public const string CredentialHelper = "ESTARGZ4010";

    /// <summary>The base image has no variant for the platform.</summary>
    public const string PlatformMissing = "ESTARGZ4011";

    /// <summary>A file to publish cannot be read, or changed while it was read.</summary>
    public const string FileUnreadable = "ESTARGZ5001";

    /// <summary>A cache or temporary folder cannot be used.</summary>
    public const string CacheUnusable = "ESTARGZ5002";

    /// <summary>The publish was canceled.</summary>
    public const string Canceled = "ESTARGZ5003";

    /// <summary>An archive or OCI layout cannot be written.</summary>
    public const string DestinationUnwritable = "ESTARGZ5004";

    /// <summary>A bug in Estargz.</summary>
    public const string Bug = "ESTARGZ5999";
}
