using System.Security.Cryptography;

namespace Estargz.Testing;

/// <summary>
/// What a registry keeps, as files: the bytes of every blob and manifest once, and per repository which of them it
/// has. Nothing is kept in memory, so a registry can be started again on the same folder.
/// </summary>
public sealed class Storage(string folder)
{
    /// <summary>The names of all repositories.</summary>
    public IEnumerable<string> Repositories => Names(Path.Combine(folder, "repositories")).Select(name => name.Replace('+', '/'));

    /// <summary>The path of the bytes with this digest.</summary>
    public string PathOf(string digest) => Path.Combine(Ensure("content"), Checked(digest));

    /// <summary>Whether a repository has a blob.</summary>
    public bool HasBlob(string repository, string digest) => File.Exists(Path.Combine(Of(repository, "blobs"), Checked(digest)));

    /// <summary>The media type of a manifest; null if the repository does not have it.</summary>
    public string? ManifestType(string repository, string digest)
    {
        var path = Path.Combine(Of(repository, "manifests"), Checked(digest));
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    /// <summary>The digest behind a tag; null if there is no such tag.</summary>
    public string? TagDigest(string repository, string tag)
    {
        var path = Path.Combine(Of(repository, "tags"), tag);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }

    /// <summary>The tags of a repository, sorted.</summary>
    public IEnumerable<string> Tags(string repository) => Names(Of(repository, "tags"));

    /// <summary>The digests of a repository's blobs.</summary>
    public IEnumerable<string> Blobs(string repository) => Names(Of(repository, "blobs")).Select(name => name.Replace('-', ':'));

    /// <summary>Stores a blob.</summary>
    public string AddBlob(string repository, byte[] bytes)
    {
        var digest = DigestOf(bytes);
        Write(PathOf(digest), bytes);
        LinkBlob(repository, digest);
        return digest;
    }

    /// <summary>Makes a blob that is stored already part of a repository.</summary>
    public void LinkBlob(string repository, string digest) => Write(Path.Combine(Of(repository, "blobs"), Checked(digest)), []);

    /// <summary>Takes a blob out of a repository, as garbage collection would.</summary>
    public void RemoveBlob(string repository, string digest) => File.Delete(Path.Combine(Of(repository, "blobs"), Checked(digest)));

    /// <summary>Stores a manifest.</summary>
    public string AddManifest(string repository, string mediaType, byte[] bytes, string? tag = null)
    {
        var digest = DigestOf(bytes);
        Write(PathOf(digest), bytes);
        Write(Path.Combine(Of(repository, "manifests"), Checked(digest)), System.Text.Encoding.UTF8.GetBytes(mediaType));
        if (tag is not null)
        {
            Write(Path.Combine(Of(repository, "tags"), tag), System.Text.Encoding.UTF8.GetBytes(digest));
        }

        return digest;
    }

    /// <summary>Takes a manifest and its tags, or a tag, out of a repository.</summary>
    public void RemoveManifest(string repository, string tagOrDigest)
    {
        if (!IsDigest(tagOrDigest))
        {
            File.Delete(Path.Combine(Of(repository, "tags"), tagOrDigest));
            return;
        }

        File.Delete(Path.Combine(Of(repository, "manifests"), Checked(tagOrDigest)));
        foreach (var tag in Tags(repository).Where(tag => TagDigest(repository, tag) == tagOrDigest).ToList())
        {
            File.Delete(Path.Combine(Of(repository, "tags"), tag));
        }
    }

    /// <summary>Where an upload's bytes are gathered; null if the session is unknown.</summary>
    public string? Upload(string session) =>
        Guid.TryParseExact(session, "N", out _) && Path.Combine(Ensure("uploads"), session) is var path && File.Exists(path) ? path : null;

    /// <summary>How many uploads were begun and neither ended nor canceled.</summary>
    public int OpenUploads => Names(Path.Combine(folder, "uploads")).Count();

    /// <summary>Begins an upload.</summary>
    public string BeginUpload()
    {
        var session = Guid.NewGuid().ToString("N");
        File.WriteAllBytes(Path.Combine(Ensure("uploads"), session), []);
        return session;
    }

    /// <summary>Ends an upload.</summary>
    /// <returns>False if the bytes do not have this digest.</returns>
    public async Task<bool> EndUploadAsync(string upload, string repository, string digest)
    {
        await using (var file = File.OpenRead(upload))
        {
            var actual = digest.StartsWith("sha512:", StringComparison.Ordinal)
                ? await SHA512.HashDataAsync(file) : await SHA256.HashDataAsync(file);
            if (!digest.EndsWith(':' + Convert.ToHexStringLower(actual), StringComparison.Ordinal))
            {
                return false;
            }
        }

        File.Move(upload, PathOf(digest), overwrite: true);
        LinkBlob(repository, digest);
        return true;
    }

    public static string DigestOf(byte[] bytes) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(bytes));

    public static bool IsDigest(string text) =>
        text.Split(':') is ["sha256" or "sha512", var hex] && hex.Length is 64 or 128 && hex.All(char.IsAsciiHexDigitLower);

    private static string Checked(string digest) => IsDigest(digest) ? digest.Replace(':', '-')
        : throw new RegistryException(400, "DIGEST_INVALID", "not a digest");

    private static IEnumerable<string> Names(string path) => Directory.Exists(path)
        ? new DirectoryInfo(path).EnumerateFileSystemInfos().Select(entry => entry.Name).Where(name => !name.EndsWith('~')).Order(StringComparer.Ordinal) : [];

    /// <summary>Whole files only, whoever else reads or writes at the same time.</summary>
    private static void Write(string path, byte[] bytes)
    {
        var temporary = $"{path}.{Guid.NewGuid():N}~";
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, path, overwrite: true);
    }

    private string Of(string repository, string what) => Ensure(Path.Combine("repositories", repository.Replace('/', '+'), what));

    private string Ensure(string name) => Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
}
