namespace Estargz;

/// <summary>
/// A file that appears under its name when it is complete, and not at all before: it is written under another name in the
/// same folder, which is gone when this is disposed.
/// </summary>
internal sealed class NewFile : IAsyncDisposable
{
    private readonly string _path;
    private readonly string _part;
    private readonly FileStream _stream;
    private bool _complete;

    private NewFile(string path, string part, FileStream stream) => (_path, _part, _stream) = (path, part, stream);

    /// <summary>Begins a file; its folder is made when it is not there.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.DestinationUnwritable"/>.</exception>
    public static NewFile Create(string path) => Guard(path, () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var part = $"{path}.{Guid.NewGuid():N}.tmp";
        return new NewFile(path, part, new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16));
    });

    /// <summary>Writes bytes behind those that are there.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.DestinationUnwritable"/>.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            throw Unwritable(_path, e);
        }
    }

    /// <summary>Gives the file its name, in place of another one that had it.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.DestinationUnwritable"/>.</exception>
    public async Task CompleteAsync()
    {
        try
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
            File.Move(_part, _path, overwrite: true);
            _complete = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(_path, e);
        }
    }

    /// <summary>Removes what was written, unless it is complete.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_complete)
        {
            try
            {
                await _stream.DisposeAsync().ConfigureAwait(false);
            }
            catch (IOException)
            {
                // What could not be written is not wanted any more.
            }

            try
            {
                File.Delete(_part);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Its folder is gone, or not ours any more; what went wrong before is what there is to say.
            }
        }
    }

    /// <summary>Runs something that touches files, and says of a failure what it was for.</summary>
    /// <exception cref="EstargzException"><see cref="DiagnosticCode.DestinationUnwritable"/>.</exception>
    public static T Guard<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, e);
        }
    }

    private static EstargzException Unwritable(string path, Exception e) => new(
        DiagnosticCode.DestinationUnwritable,
        $"'{path}' cannot be written: {e.Message} Free some space, or choose a place that can be written (in a publish: ContainerArchiveOutputPath, EstargzOciLayoutPath).",
        e);
}
