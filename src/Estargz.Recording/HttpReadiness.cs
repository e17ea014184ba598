using System.Net;

namespace Estargz.Recording;

/// <summary>The first answer 200 to a GET, see <see cref="Readiness.Http"/>.</summary>
internal sealed record HttpReadiness : Readiness
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(10);

    /// <summary>Enough for a server that runs.</summary>
    private static readonly TimeSpan CheckTime = TimeSpan.FromSeconds(5);

    private readonly Uri? _url;
    private readonly string _path;
    private AppAddresses? _addresses;
    private HttpAnswer? _last;

    public HttpReadiness(string target)
    {
        bool isPath = target.StartsWith('/');
        if (!isPath && (!Uri.TryCreate(target, UriKind.Absolute, out _url) || _url.Scheme is not ("http" or "https")))
        {
            throw new EstargzException(
                DiagnosticCode.InvalidProperty,
                $"'{target}' cannot tell when the app is ready. Give a path such as '/health', or a URL that begins with http:// or https://.");
        }

        (_url, _path) = (_url is { Port: 0 } ? null : _url, _url?.PathAndQuery ?? target);
    }

    /// <remarks>
    /// An app's own address has been free until it announces it. A proxy may stand in front of the app before that: it
    /// answers that there is nothing behind it.
    /// </remarks>
    internal override async Task CheckAsync(CancellationToken token)
    {
        if (_url is null)
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
        limit.CancelAfter(CheckTime);
        using var probe = new HttpProbe();
        try
        {
            if (await probe.GetAsync(_url, limit.Token).ConfigureAwait(false) is { Status: not (HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout) } answer)
            {
                throw new EstargzException(
                    DiagnosticCode.RecordingFailed,
                    $"The app cannot be recorded: before it is started, something else answers at '{_url}' already ({answer}), and that would be taken for the app. Stop what runs there, or choose another address.");
            }
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            // What does not answer is not taken for the app.
        }
    }

    internal override Func<CancellationToken, Task> Begin(AppOutput output, ProcessTree tree, int? port)
    {
        var announced = _url is null ? output.WhenFound(AppAddress.Parse) : Task.FromResult(new AppAddress(_url.Scheme, _url.Authority));
        (_addresses, _last) = (new AppAddresses(announced, tree, port), null);
        return token => WaitAsync(_addresses, token);
    }

    internal override string Describe() => $"the answer 200 from '{_url?.ToString() ?? _path}'{(_last is null ? "" : $" (the last answer was {_last})")}";

    internal override string? Advice() =>
        _last?.Location is not null ? "Set EstargzReadyUrl, or --url of the tool, to a path that answers 200."
        : _addresses is { IsAnyFound: true } ? null : "No address of the app was found: set EstargzReadyUrl, or --url of the tool, to the URL that it answers.";

    private async Task WaitAsync(AppAddresses addresses, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var probe = new HttpProbe();
        var asked = new Dictionary<AppAddress, Task<bool>>();
        try
        {
            for (bool isReady = false; !isReady;)
            {
                // All at once: one that takes a connection and never answers must not hold the others up.
                var current = addresses.Find();
                foreach (var address in current.Where(address => !asked.ContainsKey(address)))
                {
                    asked[address] = IsReadyAsync(probe, address, end.Token);
                }

                await Task.WhenAny([Task.Delay(Interval, end.Token), .. current.Select(address => asked[address])]).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                foreach (var address in current.Where(address => asked[address].IsCompleted))
                {
                    asked.Remove(address, out var answer);
                    isReady |= await answer!.ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(asked.Values)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> IsReadyAsync(HttpProbe probe, AppAddress address, CancellationToken token)
    {
        foreach (var url in address.Urls(_path))
        {
            if (await probe.GetAsync(url, token).ConfigureAwait(false) is { } answer)
            {
                _last = answer;
                if (answer.Status == HttpStatusCode.OK)
                {
                    return true;
                }

                break;
            }
        }

        // What listens is perhaps no web server, and shall not be flooded.
        await Task.Delay(address.Scheme is null ? AppAddresses.LookInterval : Interval, token).ConfigureAwait(false);
        return false;
    }
}
