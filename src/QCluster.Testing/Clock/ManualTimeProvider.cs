namespace QCluster.Testing;

/// <summary>
/// A clock that stands still until a test moves it on. Timers, <c>Task.Delay(pause, clock)</c>, <c>CancellationTokenSource(timeout, clock)</c> and
/// the time-outs of tasks that a <see cref="TaskHarness"/> runs go by it.
/// </summary>
/// <remarks>Safe for use by several threads.</remarks>
public sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<ManualTimer> _timers = [];
    private readonly List<(int Count, TaskCompletionSource Signal)> _watchers = [];
    private DateTimeOffset _now;
    private long _order;

    /// <summary>Creates a clock.</summary>
    /// <param name="start">What time it is; null = midnight of 1 January 2000, UTC.</param>
    public ManualTimeProvider(DateTimeOffset? start = null) =>
        _now = (start ?? new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero)).ToUniversalTime();

    /// <summary>Ticks of 100 ns.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>UTC.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>How many timers are set.</summary>
    public int PendingTimers
    {
        get
        {
            lock (_lock)
                return _timers.Count;
        }
    }

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock)
            return _now;
    }

    /// <inheritdoc />
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <summary>
    /// Moves the clock on. Every timer that is due on the way fires at its time, the earliest first and of several at one time the one that was set
    /// first, on the calling thread; those that a timer sets anew fire too, if they are due within the same advance. What a timer throws comes out here.
    /// </summary>
    /// <param name="time">How far, zero or more. Zero fires what is due now.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is negative: time does not go back.</exception>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        var end = GetUtcNow() + time;
        while (TakeDue(end) is { } timer)
            timer.Fire();
    }

    /// <summary>
    /// Waits, in real time, until so many timers are set: so that a test does not move the clock on before the code that it tests has come to its
    /// delay. A time-out of a task is a timer too.
    /// </summary>
    /// <param name="count">How many at least.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitForTimersAsync(int count = 1, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (_timers.Count >= count)
                return Task.CompletedTask;
            var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _watchers.Add((count, signal));
            return signal.Task.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Sets a timer, or with an infinite time takes it away. One that is due at once fires at once.</summary>
    internal void Set(ManualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_lock)
        {
            _timers.Remove(timer);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                timer.Due = _now + dueTime;
                timer.Period = period;
                timer.Order = ++_order;
                _timers.Add(timer);
            }

            foreach (var (_, signal) in _watchers.FindAll(w => _timers.Count >= w.Count))
                signal.TrySetResult();
            _watchers.RemoveAll(w => w.Signal.Task.IsCompleted);
        }

        if (dueTime == TimeSpan.Zero)
            Advance(TimeSpan.Zero);
    }

    /// <summary>The next timer that is due until then, with the clock at its time; null when there is none, and the clock is there.</summary>
    private ManualTimer? TakeDue(DateTimeOffset end)
    {
        lock (_lock)
        {
            var next = _timers.Where(t => t.Due <= end).MinBy(t => (t.Due, t.Order));
            var time = next?.Due ?? end;
            if (time > _now)
                _now = time;
            if (next is not null)
            {
                _timers.Remove(next);
                if (next.Period > TimeSpan.Zero)
                {
                    next.Due += next.Period;
                    next.Order = ++_order;
                    _timers.Add(next);
                }
            }

            return next;
        }
    }
}
