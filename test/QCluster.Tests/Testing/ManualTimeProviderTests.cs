using QCluster.Testing;

namespace QCluster.Tests.Testing;

internal sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly List<string> _fired = [];

    [SetUp]
    public void Forget() => _fired.Clear();

    private ITimer Timer(string name, double due, double? period = null) => _clock.CreateTimer(
        _ => _fired.Add($"{name} {(_clock.GetUtcNow() - Start).TotalSeconds}"),
        null,
        TimeSpan.FromSeconds(due),
        period is { } each ? TimeSpan.FromSeconds(each) : Timeout.InfiniteTimeSpan);

    private DateTimeOffset Start { get; set; }

    [SetUp]
    public void Remember() => Start = _clock.GetUtcNow();

    [Test]
    public void Time_stands_still_until_it_is_moved_on()
    {
        var stamp = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromMinutes(3));
        Assert.That(_clock.GetUtcNow() - Start, Is.EqualTo(TimeSpan.FromMinutes(3)));
        Assert.That(_clock.GetElapsedTime(stamp), Is.EqualTo(TimeSpan.FromMinutes(3)));
        Assert.That(() => _clock.Advance(TimeSpan.FromTicks(-1)), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Timers_fire_in_their_order_each_at_its_own_time()
    {
        using var late = Timer("late", 3);
        using var second = Timer("second of two", 2);
        using var early = Timer("early", 1);
        using var third = Timer("third", 2);
        using var never = Timer("never", 10);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That(_fired, Is.EqualTo(["early 1", "second of two 2", "third 2", "late 3"]));
        Assert.That(_clock.PendingTimers, Is.EqualTo(1));
        Assert.That(_clock.GetUtcNow() - Start, Is.EqualTo(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public void A_periodic_timer_fires_each_time_until_it_is_disposed()
    {
        var timer = Timer("tick", 1, period: 2);
        _clock.Advance(TimeSpan.FromSeconds(6));
        timer.Dispose();
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.That(_fired, Is.EqualTo(["tick 1", "tick 3", "tick 5"]));
        Assert.That(timer.Change(TimeSpan.Zero, TimeSpan.Zero), Is.False);
    }

    [Test]
    public void A_timer_that_a_timer_sets_fires_within_the_same_advance()
    {
        using var outer = _clock.CreateTimer(_ => Timer("inner", 1), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.That(_fired, Is.EqualTo(["inner 2"]));
    }

    [Test]
    public void A_timer_that_is_due_at_once_fires_at_once()
    {
        using var timer = Timer("now", 0);
        Assert.That(_fired, Is.EqualTo(["now 0"]));
    }

    [Test]
    public void A_changed_timer_fires_at_its_new_time_only()
    {
        using var timer = Timer("moved", 1);
        Assert.That(timer.Change(TimeSpan.FromSeconds(4), Timeout.InfiniteTimeSpan), Is.True);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That(_fired, Is.EqualTo(["moved 4"]));
    }

    [Test]
    public async Task Delays_and_cancellations_go_by_it()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(10), _clock);
        var delay = Task.Delay(TimeSpan.FromSeconds(5), _clock);
        _clock.Advance(TimeSpan.FromSeconds(4.999));
        Assert.That(delay.IsCompleted, Is.False);
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        await delay.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That(timeout.IsCancellationRequested, Is.False);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.That(timeout.IsCancellationRequested, Is.True);
    }

    [Test]
    public async Task A_test_can_wait_until_the_code_under_test_has_set_its_timer()
    {
        var code = Task.Run(async () =>
        {
            await Task.Yield();
            await Task.Delay(TimeSpan.FromHours(1), _clock);
            return "done";
        });
        await _clock.WaitForTimersAsync().WaitAsync(TimeSpan.FromSeconds(10));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.That(await code.WaitAsync(TimeSpan.FromSeconds(10)), Is.EqualTo("done"));
    }
}
