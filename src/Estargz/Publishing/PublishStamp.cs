using System.Security.Cryptography;
using System.Text;
using Estargz.Images;
using Estargz.Layers;

namespace Estargz.Publishing;

/// <summary>
/// Tells whether all files of a publish are those of an earlier one, nearly without reading them: the system knows when each
/// last changed. Costs about 20 microseconds a file.
/// </summary>
/// <param name="Digest">Equal for the same files, in the same state, at the same places.</param>
/// <param name="Changed">When anything of any of them last changed, in nanoseconds since 1970-01-01 UTC.</param>
internal sealed record PublishStamp(Digest Digest, long Changed)
{
    /// <summary>
    /// Files of up to so many bytes are the same if their content is: some, as web.config, are written with every publish.
    /// </summary>
    private const int Small = 8192;

    /// <summary>The stamp of a publish's files; null where something of them cannot be found, or cannot be read.</summary>
    public static PublishStamp? Of(PublishRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long changed = 0;
        try
        {
            foreach (var file in Files(request))
            {
                if (file.IsFolder)
                {
                    hash.AppendData(Encoding.UTF8.GetBytes($"{file.Path}\0"));
                    continue;
                }

                if (FileStatus.Of(file.Source) is not { IsRegular: true } status)
                {
                    return null;
                }

                changed = Math.Max(changed, status.Changed);
                hash.AppendData(Encoding.UTF8.GetBytes($"{file.Path}\0{ContentOf(file) ?? status.Identity} {file.IsExecutable}\0"));
            }
        }
        catch (EstargzException)
        {
            return null;
        }

        return new PublishStamp(Digest.OfHash(hash.GetHashAndReset()), changed);
    }

    /// <summary>
    /// Whether what was read since some time is what this stamp stands for. Not if a file changed after that, or so shortly
    /// before that a later change can have the same time: within a tick of the file system's clock, which is 10 ms at most,
    /// or whole seconds where there is nothing finer.
    /// </summary>
    /// <param name="time">When the first file was read, or before.</param>
    public bool IsSettledAt(DateTime time)
    {
        double age = (time - DateTime.UnixEpoch).TotalSeconds - (Changed / 1e9);
        return age > (Changed % 1_000_000_000 == 0 ? 3 : 0.02);
    }

    private static IEnumerable<ImageFile> Files(PublishRequest request) =>
    [
        .. PublishFolder.List(request.PublishFolder, "/"),
        .. request.ExtraFiles.Select(extra => PublishFolder.Describe("extra " + extra.Path, extra.Source)),
        .. request.Startup.Profile is { } profile ? [PublishFolder.Describe("startup profile", profile)] : Array.Empty<ImageFile>(),
    ];

    /// <summary>The digest of what goes into the image, where that is read; or null.</summary>
    private static string? ContentOf(ImageFile file)
    {
        var content = StaticAssetEndpoints.ContentOf(file, modifiedSeconds: 0);
        if (content is FileSource && content.Length > Small)
        {
            return null;
        }

        var bytes = new byte[content.Length];
        content.Read(0, bytes);
        return Digest.OfBytes(bytes).ToString();
    }
}
