using QCluster.Model;

namespace QCluster.Tests.Client;

/// <summary>The order of ids. Not beside other tests: ids of one process share what the last one was.</summary>
[NonParallelizable]
public sealed class TaskIdTests
{
    private static readonly DateTimeOffset Start = new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);

    [TestCase(0.001)]
    [TestCase(5)]
    [TestCase(60)]
    public void Ids_keep_their_order_when_the_clock_steps_back(double seconds)
    {
        var clock = new SteppingClock { Now = Start.AddYears((int)seconds) };
        var first = Make(clock, 2_000);
        clock.Now -= TimeSpan.FromSeconds(seconds);
        var second = Make(clock, 2_000);
        clock.Now += TimeSpan.FromSeconds(seconds * 2);
        var third = Make(clock, 2_000);
        Assert.That((string[])[.. first, .. second, .. third], Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal).And.Unique);
    }

    [Test]
    public void Id_is_ahead_of_the_clock_by_no_more_than_the_bound()
    {
        var clock = new SteppingClock { Now = Start };
        TaskId.New("default", clock);
        clock.Now -= TaskId.MaxClockStep;
        Assert.That(TaskId.New("default", clock).Created, Is.EqualTo(Start));
        clock.Now -= TimeSpan.FromMilliseconds(1);
        Assert.That(TaskId.New("default", clock).Created, Is.EqualTo(clock.Now));
    }

    [Test]
    public void Each_thread_makes_ids_in_order_while_the_clock_jumps()
    {
        var clock = new SteppingClock { Now = Start.AddYears(-1) };
        var random = new Random(5);
        var made = new string[4][];
        using var stop = new CancellationTokenSource();
        var jumps = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                clock.Now = Start.AddYears(-1).AddMilliseconds(random.Next(0, 5_000));
        });
        Parallel.For(0, made.Length, i => made[i] = Make(clock, 50_000));
        stop.Cancel();
        jumps.GetAwaiter().GetResult();
        foreach (var ids in made)
            Assert.That(ids.Zip(ids.Skip(1)).All(p => string.CompareOrdinal(p.First, p.Second) < 0), Is.True);
        Assert.That(made.SelectMany(ids => ids).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(200_000));
    }

    private static string[] Make(TimeProvider clock, int count) => [.. Enumerable.Range(0, count).Select(_ => TaskId.New("default", clock).Value.ToString("N"))];

    private sealed class SteppingClock : TimeProvider
    {
        private long _ticks;

        public DateTimeOffset Now
        {
            get => new(Volatile.Read(ref _ticks), TimeSpan.Zero);
            set => Volatile.Write(ref _ticks, value.UtcTicks);
        }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
