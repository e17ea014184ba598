namespace Estargz.Tests.Registries;

/// <summary>A clock for which every wait is over at once. Timers that tick fire only when told to.</summary>
internal sealed class InstantTime : TimeProvider
{
    private readonly List<Ticking> _ticking = [];
    private readonly List<TimeSpan> _waits = [];
    private long _now = new DateTime(2026, 10, 21, 12, 0, 0).Ticks;

    /// <summary>The waits so far.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (_waits)
            {
                return [.. _waits];
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _now), TimeSpan.Zero);

    public void Advance(TimeSpan time) => Interlocked.Add(ref _now, time.Ticks);

    /// <summary>Lets all ticking timers tick.</summary>
    public void Tick()
    {
        Ticking[] all;
        lock (_ticking)
        {
            all = [.. _ticking];
        }

        foreach (var timer in all)
        {
            timer.Fire();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (period != Timeout.InfiniteTimeSpan)
        {
            var ticking = new Ticking(this, () => callback(state));
            lock (_ticking)
            {
                _ticking.Add(ticking);
            }

            return ticking;
        }

        lock (_waits)
        {
            _waits.Add(dueTime);
            Advance(dueTime);
        }

        return System.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private sealed class Ticking(InstantTime owner, Action fire) : ITimer
    {
        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
            lock (owner._ticking)
            {
                owner._ticking.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
