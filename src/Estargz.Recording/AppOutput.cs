using System.Text;

namespace Estargz.Recording;

/// <summary>What the app writes, line by line: passed on, and searched for what somebody waits for.</summary>
/// <param name="written">Gets every line; null: nobody wants them.</param>
internal sealed class AppOutput(Action<string>? written)
{
    /// <summary>A longer line comes in pieces.</summary>
    private const int MaxLine = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly List<Func<string, bool>> _searches = [];

    /// <summary>The first thing that is found in the lines from now on.</summary>
    /// <param name="find">Gets every line until it finds something; null: not in this one.</param>
    public Task<T> WhenFound<T>(Func<string, T?> find)
        where T : class
    {
        var found = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _searches.Add(line => find(line) is { } result && found.TrySetResult(result));
        }

        return found.Task;
    }

    /// <summary>Reads standard output or standard error to its end.</summary>
    public async Task ReadAsync(StreamReader reader)
    {
        var buffer = new char[4096];
        var line = new StringBuilder();
        int length;
        while ((length = await ReadAsync(reader, buffer).ConfigureAwait(false)) > 0)
        {
            foreach (char c in buffer.AsSpan(0, length))
            {
                if (c is not ('\n' or '\r'))
                {
                    line.Append(c);
                }

                if (c == '\n' || line.Length == MaxLine)
                {
                    Write(line);
                }
            }
        }

        if (line.Length > 0)
        {
            Write(line);
        }
    }

    private static async Task<int> ReadAsync(StreamReader reader, char[] buffer)
    {
        try
        {
            return await reader.ReadAsync(buffer).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return 0; // Closed, because the app is gone.
        }
    }

    private void Write(StringBuilder content)
    {
        var line = content.ToString();
        content.Clear();
        lock (_lock)
        {
            written?.Invoke(line);
            _searches.RemoveAll(isFound => isFound(line));
        }
    }
}
