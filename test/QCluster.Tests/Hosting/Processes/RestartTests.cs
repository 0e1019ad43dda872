using QCluster.Hosting.Children;
using QCluster.Hosting.Threading;

namespace QCluster.Tests.Hosting.Processes;

/// <summary>When a child that died gets a successor.</summary>
[Platform("Linux")]
internal sealed class RestartTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    [Test]
    public void Restart_delays_grow_while_children_die_young()
    {
        using var sleepers = new Sleepers();
        sleepers.StartWorker();
        foreach (var pause in new[] { 0, 0, 50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000 })
            DieAndReturn(sleepers, pause);
    }

    [Test]
    public void Long_life_resets_the_restart_delays()
    {
        using var sleepers = new Sleepers();
        sleepers.StartWorker();
        foreach (var pause in new[] { 0, 0, 50, 100 })
            DieAndReturn(sleepers, pause);
        sleepers.Time.Advance(TimeSpan.FromSeconds(5));
        foreach (var pause in new[] { 0, 0, 0, 50 })
            DieAndReturn(sleepers, pause);
    }

    [Test]
    public void Tasks_are_reclaimed_before_a_successor_starts()
    {
        using var sleepers = new Sleepers();
        var worker = sleepers.StartWorker();
        worker.Kill();
        sleepers.Until(() => sleepers.Gone.Count == 1);
        Assert.Multiple(() =>
        {
            Assert.That(sleepers.ProcessesAtLastDeath, Is.Zero);
            Assert.That(sleepers.Children.All, Has.Count.EqualTo(1));
            Assert.That(sleepers.Children.Restarts, Is.EqualTo(1));
        });
    }

    [Test]
    public void Stopping_cluster_replaces_no_worker()
    {
        using var sleepers = new Sleepers();
        sleepers.StartWorker();
        foreach (var pause in new[] { 0, 0 })
            DieAndReturn(sleepers, pause);
        sleepers.Only.Kill();
        sleepers.Until(() => sleepers.Children.All.Count == 0);
        sleepers.Stop.Begin(sleepers.Time.Ticks());
        sleepers.Time.Advance(TimeSpan.FromSeconds(5));
        sleepers.Children.Start(ChildRole.Monitor, 0);
        sleepers.Only.Kill();
        sleepers.Until(() => sleepers.Children.All.Count == 0);
        Assert.That(sleepers.Children.HasWorkers, Is.False, "the pause ended after the stop began");
    }

    [Test]
    public void Stopping_cluster_replaces_its_monitor_while_workers_run()
    {
        using var sleepers = new Sleepers();
        var worker = sleepers.StartWorker();
        sleepers.Children.Start(ChildRole.Monitor, 0);
        var monitor = sleepers.Children.All.Single(c => c.Role == ChildRole.Monitor);
        sleepers.Stop.Begin(sleepers.Time.Ticks());
        sleepers.Children.Drain();
        Assert.That((worker.IsDraining, monitor.IsDraining), Is.EqualTo((true, false)));
        monitor.Kill();
        sleepers.Until(() => !sleepers.Children.Contains(monitor));
        Assert.That(sleepers.Children.All.Select(c => c.Role), Is.EquivalentTo(new[] { ChildRole.Worker, ChildRole.Monitor }));
    }

    private static void DieAndReturn(Sleepers sleepers, int pause)
    {
        var dead = sleepers.Only;
        dead.Kill();
        sleepers.Until(() => !sleepers.Children.Contains(dead));
        if (pause > 0)
        {
            Assert.That(sleepers.Children.All, Is.Empty);
            sleepers.Time.Advance(TimeSpan.FromMilliseconds(pause) - Moment);
            sleepers.DoAll();
            Assert.That(sleepers.Children.All, Is.Empty, $"before {pause} ms have passed");
            sleepers.Time.Advance(Moment);
            sleepers.Until(() => sleepers.Children.All.Count == 1);
        }

        Assert.That(sleepers.Children.All, Has.Count.EqualTo(1), $"after a pause of {pause} ms");
    }
}
