using QCluster.Hosting.Channels;
using QCluster.Hosting.Threading;
using QCluster.Hosting.Worker;
using QCluster.Model;
using QCluster.Queue;

namespace QCluster.Tests.Hosting.Processes;

/// <summary>What a worker does with the tasks it holds as time passes.</summary>
internal sealed class LedgerTests
{
    private const int Slots = 2;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private LedgerSetup _setup = null!;

    private Ledger Ledger => _setup.Ledger;

    [SetUp]
    public void Open() => _setup = new LedgerSetup(WorkerRoom.Shared(Slots, 0, 0, 0));

    [TearDown]
    public void Close() => _setup.Dispose();

    [Test]
    public void Task_is_cancelled_at_its_soft_deadline()
    {
        _setup.Send();
        var context = _setup.Begin(_setup.Dispatched[0], TimeSpan.FromSeconds(3));
        _setup.Time.Advance(TimeSpan.FromSeconds(3) - Moment);
        Ledger.Look();
        Assert.That(context.CancelReason, Is.EqualTo(TaskCancelReason.None));
        _setup.Time.Advance(Moment);
        Ledger.Look();
        Assert.That(context.CancelReason, Is.EqualTo(TaskCancelReason.Timeout));
    }

    [Test]
    public void Worker_with_an_overdue_task_takes_nothing_until_it_ends()
    {
        _setup.Send();
        var task = _setup.Dispatched[0];
        _setup.Begin(task, TimeSpan.FromSeconds(1));
        _setup.Send();
        var other = _setup.Dispatched[1];
        _setup.Begin(other);
        _setup.Send();
        _setup.Time.Advance(TimeSpan.FromSeconds(1));
        Ledger.Look();
        Assert.That(_setup.Released, Has.Count.EqualTo(1), "what has not begun goes back");
        Assert.That(_setup.Credit, Is.EqualTo(3 - Slots), "no more than has come");

        _setup.Send();
        Assert.That(_setup.Released, Has.Count.EqualTo(2), "what was on its way too");
        Ledger.Finish(task, new TaskReport(AckKind.Failed, [], 0), TimeSpan.FromSeconds(1));
        Assert.That(_setup.Credit, Is.EqualTo(4 + 1));
    }

    [Test]
    public void Waiting_task_goes_back_after_a_tenth_of_a_second()
    {
        _setup.Send();
        _setup.Send();
        foreach (var task in _setup.Dispatched)
            _setup.Begin(task);
        var waiting = _setup.Send();
        _setup.Time.Advance(TimeSpan.FromMilliseconds(100));
        Ledger.Look();
        Assert.That(_setup.Released, Is.Empty);
        _setup.Time.Advance(Moment);
        Ledger.Look();
        Assert.That(_setup.Released.Select(a => a.Key.Id), Is.EqualTo(new[] { waiting.Value }));
    }

    [Test]
    public void Task_without_a_thread_goes_back()
    {
        _setup.Send();
        _setup.Send();
        _setup.Begin(_setup.Dispatched[0]);
        _setup.Time.Advance(TimeSpan.FromMilliseconds(100));
        Ledger.Look();
        Assert.That(_setup.StarvedAfter, Is.Null);
        _setup.Time.Advance(Moment);
        Ledger.Look();
        Assert.Multiple(() =>
        {
            Assert.That(_setup.StarvedAfter, Is.EqualTo(100));
            Assert.That(_setup.Released, Is.EqualTo(new[] { _setup.Dispatched[1].Attempt }), "the other one has begun");
            Assert.That(_setup.Dispatched[1].TryTake(), Is.False, "a thread that comes now leaves it alone");
            Assert.That(_setup.Credit, Is.EqualTo(2 - Slots));
        });
        Ledger.OnThreadCame();
        Assert.That(_setup.Credit, Is.EqualTo(2 + 1));
    }

    [Test]
    public void Draining_worker_leaves_when_its_last_outcome_is_settled()
    {
        _setup.Send();
        var task = _setup.Dispatched[0];
        _setup.Begin(task);
        Ledger.Drain();
        Ledger.Finish(task, new TaskReport(AckKind.Succeeded, [], 0), Moment);
        Assert.That(Ledger.Left.IsSet, Is.False);
        Ledger.Settle([(byte)AckStatus.Saved, .. AttemptRef.WriteAll([task.Attempt])]);
        Assert.That(Ledger.Left.IsSet, Is.True);
    }

    [Test]
    public void Cancel_that_overtakes_its_task_is_remembered()
    {
        var id = _setup.NewId();
        Ledger.Cancel(TaskCancelReason.User, id.Value);
        _setup.Send();
        _setup.Send(id);
        Assert.That(_setup.Dispatched[0].IsCancelled, Is.False);
        Assert.That(_setup.Begin(_setup.Dispatched[1]).CancelReason, Is.EqualTo(TaskCancelReason.User));
    }

    [Test]
    public void Waiting_task_of_a_low_class_overtakes_after_20_ms()
    {
        var room = WorkerRoom.Shared(Slots, 0, 0, 0);
        var backlog = new Backlog(_setup.Time);
        var low = Held(PriorityClass.Low);
        var high = Held(PriorityClass.High);
        backlog.Add(low);
        backlog.Add(high);
        _setup.Time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.That(backlog.TryTake(0, room), Is.SameAs(high));
        backlog.Add(Held(PriorityClass.High));
        _setup.Time.Advance(Moment);
        Assert.That(backlog.TryTake(0, room), Is.SameAs(low));
    }

    [Test]
    public void Room_is_read_as_it_was_written()
    {
        var bytes = new byte[WorkerRoom.Size];
        WorkerRoom.Shared(8, 1, 2, 3).Write(bytes);
        var room = WorkerRoom.Read(bytes);
        Assert.That(
            (room.Slots, room.Extra(PriorityClass.Normal), room.Extra(PriorityClass.High), room.Extra(PriorityClass.Critical), room.Most, room.IsIsolated),
            Is.EqualTo((8, 1, 3, 6, 14, false)));
    }

    private HeldTask Held(PriorityClass priority) => new(default, [], priority, _setup.Time.Ticks());
}
