namespace Estargz;

/// <summary>
/// A turn among threads and processes: one has the file open for itself, the others wait. The system ends a turn with its
/// process, so no turn outlives a crash. The file stays, and may be any that nobody deletes or replaces.
/// </summary>
internal static class FileLock
{
    private const int SharingViolation = unchecked((int)0x80070020);
    private const int LinuxWouldBlock = 11;
    private const int MacWouldBlock = 35;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits for a turn, however long it takes; disposing what is returned ends it.</summary>
    /// <param name="path">The file; it is made when it is not there.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="IOException">The file cannot be opened, for another reason than somebody else's turn.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static async Task<FileStream> TakeAsync(string path, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException e) when (e.HResult is SharingViolation or LinuxWouldBlock or MacWouldBlock)
            {
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
