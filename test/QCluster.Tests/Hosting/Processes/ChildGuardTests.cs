using QCluster.Hosting;
using QCluster.Hosting.Children;
using QCluster.Hosting.Sentinel;
using QCluster.Hosting.Threading;

namespace QCluster.Tests.Hosting.Processes;

/// <summary>When a sentinel kills or replaces a child.</summary>
[Platform("Linux")]
internal sealed class ChildGuardTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Test]
    public void Child_that_never_connects_is_killed_after_a_minute()
    {
        using var sleepers = new Sleepers();
        var worker = sleepers.StartWorker();
        sleepers.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.That(sleepers.Judge(worker), Is.Null);
        sleepers.Time.Advance(Moment);
        Assert.That(sleepers.Judge(worker), Has.Property("Action").EqualTo(GuardAction.Kill).And.Property("Kind").EqualTo("silent"));
    }

    [Test]
    public void Silent_child_is_killed_after_ten_seconds()
    {
        using var sleepers = new Sleepers();
        var worker = sleepers.StartReadyWorker();
        sleepers.Time.Advance(TimeSpan.FromSeconds(9));
        Sleepers.Beat(worker);
        sleepers.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.That(sleepers.Judge(worker), Is.Null, "a heartbeat came 10 s ago");
        sleepers.Time.Advance(Moment);
        var verdict = sleepers.Judge(worker);
        Assert.That(verdict, Has.Property("Action").EqualTo(GuardAction.Kill).And.Property("Kind").EqualTo("silent"));

        sleepers.Children.Apply(worker, verdict!);
        sleepers.Until(() => sleepers.Gone.Count == 1);
        Assert.That(sleepers.Gone[0].How, Does.StartWith("was killed by signal 9"));
        Assert.That(sleepers.Only.Ordinal, Is.EqualTo(worker.Ordinal), "it has a successor");
    }

    [Test]
    public void Child_whose_loop_is_stuck_is_killed_after_twenty_seconds()
    {
        using var sleepers = new Sleepers();
        var worker = sleepers.StartReadyWorker();
        Sleepers.Beat(worker, new ChildPulse(0, 20_000));
        Assert.That(sleepers.Judge(worker), Is.Null);
        Sleepers.Beat(worker, new ChildPulse(0, 20_001));
        Assert.That(sleepers.Judge(worker), Has.Property("Kind").EqualTo("stalled"));
    }

    [Test]
    public void Worker_is_killed_for_a_task_past_its_hard_deadline()
    {
        using var sleepers = new Sleepers();
        var worker = sleepers.StartReadyWorker();
        var now = sleepers.Time.Ticks();
        worker.Slots!.Begin(1, AttemptOf(Guid.NewGuid()), 0, now, deadlineTicks: now + 2_000, killTicks: now + 5_000);
        sleepers.Time.Advance(TimeSpan.FromSeconds(5) - Moment);
        Assert.That(sleepers.Judge(worker), Is.Null);
        sleepers.Time.Advance(Moment);
        var verdict = sleepers.Judge(worker);
        Assert.That(verdict, Has.Property("Action").EqualTo(GuardAction.Condemn).And.Property("Cancel").EqualTo(TaskCancelReason.Timeout));

        sleepers.Children.Apply(worker, verdict!);
        Assert.That(sleepers.Judge(worker), Is.Null, "once is enough");
        sleepers.Until(() =>
        {
            // The worker is asked what the task awaits, and does not answer within its time.
            sleepers.Time.Advance(TimeSpan.FromMilliseconds(100));
            Sleepers.Beat(worker);
            return sleepers.Gone.Count == 1;
        });
        Assert.That(sleepers.Gone[0].Worker.Culprit?.Reason, Is.EqualTo(TaskCancelReason.Timeout));
    }

    [Test]
    public void Worker_is_killed_for_a_cancelled_task_after_the_grace()
    {
        using var sleepers = new Sleepers(new ClusterOptions { Grace = TimeSpan.FromSeconds(7) });
        var worker = sleepers.StartReadyWorker();
        var id = Guid.NewGuid();
        worker.Slots!.Begin(0, AttemptOf(id), 0, sleepers.Time.Ticks(), 0);
        sleepers.Cancels.Add(id.ToByteArray(bigEndian: true));
        sleepers.Time.Advance(TimeSpan.FromSeconds(7) - Moment);
        Assert.That(sleepers.Judge(worker), Is.Null);
        sleepers.Time.Advance(Moment);
        Assert.That(sleepers.Judge(worker), Has.Property("Action").EqualTo(GuardAction.Condemn).And.Property("Cancel").EqualTo(TaskCancelReason.User));
    }

    [Test]
    public void Worker_is_recycled_by_count_once_it_is_old_enough()
    {
        using var sleepers = new Sleepers(new ClusterOptions { Recycle = 10 });
        var worker = sleepers.StartReadyWorker();
        sleepers.Time.Advance(TimeSpan.FromSeconds(30));
        Sleepers.Beat(worker, new ChildPulse(10, 0));
        Assert.That(sleepers.Judge(worker), Is.Null, "it is 30 s old");
        sleepers.Time.Advance(Moment);
        Sleepers.Beat(worker, new ChildPulse(9, 0));
        Assert.That(sleepers.Judge(worker), Is.Null, "it has run 9 tasks");
        Sleepers.Beat(worker, new ChildPulse(10, 0));
        var verdict = sleepers.Judge(worker);
        Assert.That(verdict, Has.Property("Action").EqualTo(GuardAction.Replace).And.Property("Kind").EqualTo("recycle"));

        sleepers.Children.Apply(worker, verdict!);
        Assert.Multiple(() =>
        {
            Assert.That(sleepers.Children.Workers.Count(), Is.EqualTo(2), "the successor runs beside it");
            Assert.That(worker.IsDraining, Is.True);
            Assert.That(sleepers.Children.Recycles, Is.EqualTo(1));
            Assert.That(sleepers.Judge(worker), Is.Null, "once is enough");
        });
    }

    [Test]
    public void Worker_over_its_memory_is_replaced()
    {
        using var sleepers = new Sleepers(new ClusterOptions { MaxRss = 1 << 20 });
        var worker = sleepers.StartReadyWorker();
        Sleepers.Beat(worker, new ChildPulse(0, 0, ResidentBytes: 1 << 20));
        Assert.That(sleepers.Judge(worker), Is.Null);
        Sleepers.Beat(worker, new ChildPulse(0, 0, ResidentBytes: (1 << 20) + 1));
        Assert.That(sleepers.Judge(worker), Has.Property("Action").EqualTo(GuardAction.Replace).And.Property("Kind").EqualTo("memory"));
    }

    private static byte[] AttemptOf(Guid id) => [0, 0, .. id.ToByteArray(bigEndian: true)];

    [TestCase(0.59, false, false)]
    [TestCase(0.61, true, false)]
    [TestCase(0.84, true, false)]
    [TestCase(0.86, true, true)]
    public void Grace_of_a_stop_is_for_finishing_then_cancelling_then_killing(double part, bool isCancelled, bool isKilled)
    {
        var stop = new StopPlan(TimeSpan.FromSeconds(10));
        stop.Begin(1_000);
        var now = 1_000 + (long)(part * 10_000);
        Assert.Multiple(() =>
        {
            Assert.That(stop.IsStopping, Is.True);
            Assert.That(stop.IsTimeToCancel(now), Is.EqualTo(isCancelled));
            Assert.That(stop.IsTimeToCancel(now), Is.False, "once");
            Assert.That(stop.IsTimeToKill(now), Is.EqualTo(isKilled));
        });
    }
}
