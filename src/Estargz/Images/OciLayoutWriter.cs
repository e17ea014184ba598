namespace Estargz.Images;

/// <summary>
/// Adds images to a folder that is, or becomes, an OCI layout (OCI image spec, image-layout.md). What is there stays.
/// Files appear under their name when they are complete, and several processes may add to one folder.
/// </summary>
/// <param name="folder">The folder, an absolute path.</param>
public sealed class OciLayoutWriter(string folder)
{
    private string Marker => Path.Combine(folder, OciLayout.MarkerName);

    private string IndexPath => Path.Combine(folder, OciLayout.IndexName);

    /// <summary>Makes the folder an empty layout, unless it is one.</summary>
    /// <param name="cancellationToken">Stops waiting for others that write.</param>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.DestinationUnwritable"/>; <see cref="DiagnosticCode.ImageMalformed"/>: what is there is no
    /// valid layout.
    /// </exception>
    public async Task CreateAsync(CancellationToken cancellationToken)
    {
        if (File.Exists(folder))
        {
            throw new EstargzException(DiagnosticCode.DestinationUnwritable, $"'{folder}' is a file and no folder. Choose another path (in a publish: EstargzOciLayoutPath).");
        }

        // In this order: another process may be making the layout, and the marker is the first file that it writes.
        if (NewFile.Guard(folder, () => Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()) && !File.Exists(Marker))
        {
            throw new EstargzException(
                DiagnosticCode.DestinationUnwritable,
                $"'{folder}' has files, but is no OCI layout: there is no file '{OciLayout.MarkerName}'. Set EstargzOciLayoutPath to another folder, or empty this one.");
        }

        NewFile.Guard(folder, () => Directory.CreateDirectory(folder));
        await ChangeIndexAsync(index => index, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a blob is there, with the bytes that it should have: it is read for that.</summary>
    /// <param name="blob">Size and digest.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<bool> HasBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(BlobPath(blob), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 17, FileOptions.SequentialScan);
            return file.Length == blob.Size && await blob.Digest.MatchesAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not there, or of no use to anyone who reads the image.
            return false;
        }
    }

    /// <summary>Adds a blob, unless it is there; a damaged one is replaced.</summary>
    /// <param name="blob">Size and digest.</param>
    /// <param name="open">Opens its bytes.</param>
    /// <param name="cancellationToken">Stops, and leaves nothing.</param>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.DestinationUnwritable"/> or <see cref="DiagnosticCode.DigestMismatch"/>.
    /// </exception>
    public async Task AddBlobAsync(Descriptor blob, Func<Stream> open, CancellationToken cancellationToken)
    {
        if (!await HasBlobAsync(blob, cancellationToken).ConfigureAwait(false))
        {
            await using var source = open();
            await using var target = NewFile.Create(BlobPath(blob));
            await BlobCopy.CopyAsync(blob, source, target, cancellationToken).ConfigureAwait(false);
            await target.CompleteAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Lets tags name an image whose blobs are all there; where they named another one, no more.</summary>
    /// <param name="image">The descriptor of its manifest or index.</param>
    /// <param name="repository">The image's name without tag, for runtimes; or null.</param>
    /// <param name="tags">The tags.</param>
    /// <param name="cancellationToken">Stops waiting for others that write.</param>
    /// <exception cref="EstargzException">
    /// <see cref="DiagnosticCode.DestinationUnwritable"/> or <see cref="DiagnosticCode.ImageMalformed"/>.
    /// </exception>
    /// <returns>Whether one of them did not name it before.</returns>
    public Task<bool> TagAsync(Descriptor image, string? repository, IReadOnlyCollection<string> tags, CancellationToken cancellationToken) =>
        ChangeIndexAsync(index => index.WithTags(image, repository, tags), cancellationToken);

    // Two that read the index and write it back would lose one of their images. The marker never changes, so it is theirs
    // to take turns with.
    private async Task<bool> ChangeIndexAsync(Func<ImageIndex, ImageIndex> change, CancellationToken cancellationToken)
    {
        await using var turn = await NewFile.Guard(Marker, () => FileLock.TakeAsync(Marker, cancellationToken)).ConfigureAwait(false);
        if (turn.Length == 0)
        {
            await turn.WriteAsync(OciLayout.Marker, cancellationToken).ConfigureAwait(false);
            turn.Position = 0;
        }

        var marker = new byte[Math.Min(turn.Length, 1024)];
        await turn.ReadExactlyAsync(marker, cancellationToken).ConfigureAwait(false);
        OciLayout.CheckVersion(marker, Marker);

        var index = File.Exists(IndexPath) ? OciLayout.ReadIndex(folder) : null;
        var changed = change(index ?? ImageIndex.Create([]));
        bool isNew = index is null || changed.Content.Digest != index.Content.Digest;
        if (isNew)
        {
            await ReplaceAsync(IndexPath, changed.Content.Bytes, cancellationToken).ConfigureAwait(false);
        }

        return isNew;
    }

    private static async Task ReplaceAsync(string path, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await using var file = NewFile.Create(path);
        await file.WriteAsync(content, cancellationToken).ConfigureAwait(false);
        await file.CompleteAsync().ConfigureAwait(false);
    }

    private string BlobPath(Descriptor blob) => OciLayout.BlobPath(folder, blob.Digest);
}
