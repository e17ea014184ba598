using System.Text;
using System.Text.RegularExpressions;

namespace Estargz.Recording;

/// <summary>What the app writes, line by line: passed on, and searched for what somebody waits for.</summary>
/// <param name="written">Gets every line; null: nobody wants them.</param>
internal sealed class AppOutput(Action<string>? written)
{
    /// <summary>A longer line comes in pieces.</summary>
    private const int MaxLine = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly List<(Regex Pattern, TaskCompletionSource<Match> Found)> _waiting = [];

    /// <summary>The first line that matches from now on.</summary>
    public Task<Match> WhenMatches(Regex pattern)
    {
        var found = new TaskCompletionSource<Match>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Add((pattern, found));
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
            foreach (var (pattern, found) in _waiting)
            {
                if (!found.Task.IsCompleted && pattern.Match(line) is { Success: true } match)
                {
                    found.TrySetResult(match);
                }
            }
        }
    }
}
