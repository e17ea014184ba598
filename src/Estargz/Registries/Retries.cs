using System.Net;
using Polly;
using Polly.Retry;

namespace Estargz.Registries;

/// <summary>
/// Tries again what failed for a passing reason. A wait that the registry asks for holds back everything else that
/// goes to it, too.
/// </summary>
internal sealed class Retries(RegistryOptions options)
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(30);

    private ResiliencePipeline? _pipeline;
    private long _notBefore;

    /// <summary>Whether an answer with this status is worth another try.</summary>
    public static bool IsTransient(HttpStatusCode status) => (int)status is 408 or 429 or 499 or 500 or 502 or 503 or 504 or 522;

    /// <summary>Runs the attempt until it succeeds, fails for good, or the tries run out.</summary>
    public async Task RunAsync(Func<CancellationToken, Task> attempt, CancellationToken ct)
    {
        // Most attempts succeed. Polly, which takes 30 ms to begin with, is for the others: it hears of the first failure.
        TransientFailure? first;
        try
        {
            await attempt(ct);
            return;
        }
        catch (TransientFailure failure)
        {
            first = failure;
        }

        try
        {
            _pipeline ??= CreatePipeline();
            await _pipeline.ExecuteAsync(
                token => Interlocked.Exchange(ref first, null) is { } failure ? ValueTask.FromException(failure) : new ValueTask(attempt(token)), ct);
        }
        catch (TransientFailure failure)
        {
            throw failure.Error;
        }
    }

    /// <inheritdoc cref="RunAsync(Func{CancellationToken, Task}, CancellationToken)"/>
    /// <remarks>The result goes past Polly, whose code .NET would compile anew for each type of result, in each publish.</remarks>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken ct)
        where T : class
    {
        Task<T>? last = null;
        Func<CancellationToken, Task> keep = token => last = attempt(token);
        await RunAsync(keep, ct);
        return await last!;
    }

    /// <summary>Remembers that nothing may go to the registry for this long.</summary>
    public void HoldBack(TimeSpan wait) =>
        Interlocked.Exchange(ref _notBefore, (options.Time.GetUtcNow() + wait).UtcTicks);

    /// <summary>Waits until requests may go to the registry.</summary>
    public async Task WaitAsync(CancellationToken ct)
    {
        var wait = TimeSpan.FromTicks(Interlocked.Read(ref _notBefore) - options.Time.GetUtcNow().UtcTicks);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, options.Time, ct);
        }
    }

    /// <summary>Waits as before a second try.</summary>
    public Task PauseAsync(CancellationToken ct) => Task.Delay(options.FirstDelay, options.Time, ct);

    private ResiliencePipeline CreatePipeline() => new ResiliencePipelineBuilder { TimeProvider = options.Time }
        .AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = Math.Max(1, options.Tries - 1),
            ShouldHandle = args => ValueTask.FromResult(
                args.Outcome.Exception is TransientFailure failure
                && args.AttemptNumber + 1 < Math.Min(failure.Tries, options.Tries)),
            DelayGenerator = args => ValueTask.FromResult<TimeSpan?>(
                (args.Outcome.Exception as TransientFailure)?.RetryAfter ?? Backoff(args.AttemptNumber)),
        })
        .Build();

    private TimeSpan Backoff(int attempt)
    {
        var delay = options.FirstDelay * Math.Pow(2, attempt);
        return delay < LongestDelay ? delay : LongestDelay;
    }
}
