namespace Estargz.Images;

/// <summary>An image in a folder (OCI image spec, image-layout.md): <c>oci-layout</c>, <c>index.json</c>, <c>blobs/</c>.</summary>
public sealed class OciLayout
{
    /// <summary>The file that says that a folder is an OCI layout.</summary>
    internal const string MarkerName = "oci-layout";

    /// <summary>The file with the index of everything in the folder.</summary>
    internal const string IndexName = "index.json";

    private const int MaxManifestSize = 4 << 20;

    private readonly string _folder;

    private OciLayout(string folder, string? tag, ImageIndex index) => (_folder, Tag, Index) = (folder, tag, index);

    /// <summary>What <see cref="MarkerName"/> holds.</summary>
    internal static ReadOnlyMemory<byte> Marker { get; } = """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray();

    /// <summary>The tag that was asked for, or null.</summary>
    public string? Tag { get; }

    /// <summary>The index of everything in the folder.</summary>
    public ImageIndex Index { get; }

    /// <summary>
    /// Whether a text names an OCI layout and not an image in a registry: there is one, or the text begins as only a path
    /// does, with a dot or a slash.
    /// </summary>
    public static bool IsNamedBy(string text) =>
        text.StartsWith('.') || Path.IsPathRooted(text) || new[] { text, Split(text).Folder }.Any(folder => File.Exists(Path.Combine(folder, MarkerName)));

    /// <summary>Takes <c>DIR</c> or <c>DIR:TAG</c> apart; a folder whose own name holds a colon has to be there.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.InvalidReference"/>: the tag is empty.</exception>
    public static (string Folder, string? Tag) Split(string text)
    {
        // What has a slash in it is no tag, but the rest of a path: C:\images.
        int colon = Directory.Exists(text) ? -1 : text.LastIndexOf(':');
        if (colon == text.Length - 1 && colon >= 0)
        {
            throw new EstargzException(DiagnosticCode.InvalidReference, $"'{text}' has no tag behind its colon. Give one, or leave the colon out.");
        }

        return colon < 0 || text.AsSpan(colon).ContainsAny('/', '\\') ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }

    /// <summary>Opens <c>DIR</c> or <c>DIR:TAG</c>; a folder whose own name holds a colon is found as well.</summary>
    /// <param name="text">The folder, with a tag or without.</param>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.NotFound"/>: there is no OCI layout; <see cref="DiagnosticCode.ImageMalformed"/>: it is not
    /// a valid one; <see cref="DiagnosticCode.FileUnreadable"/>.
    /// </exception>
    public static OciLayout Open(string text)
    {
        var (folder, tag) = Split(text);
        var marker = Path.Combine(folder, MarkerName);
        if (!File.Exists(marker))
        {
            throw new EstargzException(
                DiagnosticCode.NotFound, $"'{text}' is not an OCI layout: there is no file '{marker}'. Give DIR or DIR:TAG.");
        }

        CheckVersion(Read(marker), marker);
        return new OciLayout(folder, tag, ReadIndex(folder));
    }

    /// <summary>Checks what <see cref="MarkerName"/> says.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.ImageMalformed"/>.</exception>
    internal static void CheckVersion(ReadOnlySpan<byte> marker, string path)
    {
        var version = Document.Parse(marker, $"'{path}'")["imageLayoutVersion"];
        if (!version.Text().StartsWith("1.", StringComparison.Ordinal))
        {
            throw version.Malformed($"is {Excerpt.Of(version.Text())}; only 1 is supported");
        }
    }

    /// <summary>Reads the index of a folder.</summary>
    internal static ImageIndex ReadIndex(string folder)
    {
        var path = Path.Combine(folder, IndexName);
        return ImageIndex.Parse(new Content(MediaType.Index, Read(path)), $"'{path}'");
    }

    /// <summary>Where a blob is in a layout, with slashes: <c>blobs/ALGORITHM/HEX</c>.</summary>
    internal static string BlobName(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";

    /// <summary>Where a blob is, or goes, in a folder.</summary>
    internal static string BlobPath(string folder, Digest digest) => Path.Combine(folder, BlobName(digest).Replace('/', Path.DirectorySeparatorChar));

    /// <summary>The manifest or index with the tag that was asked for; without a tag, the only one there is.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.NotFound"/>: none or several; the message lists the tags.</exception>
    public Descriptor Resolve()
    {
        Descriptor[] all = [.. Index.Entries.Where(entry => entry.IsImage).Select(entry => entry.Descriptor)];
        var found = Tag is null ? all : [.. all.Where(entry => entry.Annotations.GetValueOrDefault(Annotation.RefName) == Tag)];
        if (found is [var only])
        {
            return only;
        }

        var tags = all.Select(entry => entry.Annotations.GetValueOrDefault(Annotation.RefName)).OfType<string>().Take(20).ToArray();
        throw new EstargzException(
            DiagnosticCode.NotFound,
            $"The OCI layout '{_folder}' has {found.Length} images"
            + (Tag is null ? "" : $" with the tag {Excerpt.Of(Tag)}")
            + (tags.Length == 0 ? " and no tags." : $". Give one of its tags: {string.Join(", ", tags.Select(Excerpt.Of))}."));
    }

    /// <summary>Reads a manifest, index or configuration, at most 4 MiB, and checks its digest.</summary>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.NotFound"/>, <see cref="DiagnosticCode.DigestMismatch"/> or
    /// <see cref="DiagnosticCode.FileUnreadable"/>.
    /// </exception>
    public Content ReadContent(Descriptor descriptor)
    {
        using var blob = OpenBlob(descriptor);
        var bytes = Read(blob, BlobPath(descriptor));
        using var digest = descriptor.Digest.CreateHash();
        digest.AppendData(bytes);
        return descriptor.Digest.Matches(digest.GetHashAndReset()) ? new Content(descriptor.MediaType, bytes) : throw Mismatch(descriptor);
    }

    /// <summary>Opens a blob for reading at any place. Its size is checked; its digest is for the reader to check.</summary>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.NotFound"/>, <see cref="DiagnosticCode.DigestMismatch"/> or
    /// <see cref="DiagnosticCode.FileUnreadable"/>.
    /// </exception>
    public FileStream OpenBlob(Descriptor descriptor)
    {
        var path = BlobPath(descriptor);
        if (!File.Exists(path))
        {
            throw new EstargzException(
                DiagnosticCode.NotFound, $"The blob {descriptor.Digest} is not in the OCI layout '{_folder}'. Copy the image there again, whole.");
        }

        var blob = OpenFile(path);
        if (blob.Length != descriptor.Size)
        {
            blob.Dispose();
            throw Mismatch(descriptor);
        }

        return blob;
    }

    private string BlobPath(Descriptor descriptor) => BlobPath(_folder, descriptor.Digest);

    private EstargzException Mismatch(Descriptor descriptor) => new(
        DiagnosticCode.DigestMismatch,
        $"The blob {descriptor.Digest} in the OCI layout '{_folder}' has another size or digest than its descriptor says. Copy the image there again.");

    private static byte[] Read(string path)
    {
        using var file = OpenFile(path);
        return Read(file, path);
    }

    private static byte[] Read(FileStream file, string path)
    {
        if (file.Length > MaxManifestSize)
        {
            throw new EstargzException(
                DiagnosticCode.ImageMalformed, $"'{path}' has {file.Length} bytes; a manifest, index or configuration has at most {MaxManifestSize}.");
        }

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static FileStream OpenFile(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EstargzException(DiagnosticCode.FileUnreadable, $"'{path}' cannot be read. Check that it exists and may be read.", e);
        }
    }
}
