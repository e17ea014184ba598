namespace Estargz.Testing;

/// <summary>Answers a request, by itself or by changing what comes after it.</summary>
public delegate Task Respond(HttpContext context, Func<Task> next);

/// <summary>Which requests get which answer.</summary>
public sealed class Rule(Func<HttpRequest, bool> predicate, Respond respond)
{
    private int _matches;
    private int _first = 1;
    private int _last = int.MaxValue;

    public Respond Respond { get; } = respond;

    /// <summary>How many requests matched so far.</summary>
    public int Matches => _matches;

    /// <summary>Only the first so many matching requests.</summary>
    public Rule Times(int count)
    {
        _last = count;
        return this;
    }

    /// <summary>Only the matching request with this number, the first being 1.</summary>
    public Rule Nth(int number)
    {
        _first = _last = number;
        return this;
    }

    internal bool Applies(HttpRequest request)
    {
        if (!predicate(request))
        {
            return false;
        }

        int match = Interlocked.Increment(ref _matches);
        return match >= _first && match <= _last;
    }
}
