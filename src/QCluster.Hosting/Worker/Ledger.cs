using QCluster.Hosting.Channels;
using QCluster.Hosting.Threading;
using QCluster.Queue;
using QCluster.Wire.Packets;

namespace QCluster.Hosting.Worker;

/// <summary>
/// What a worker holds, from a task's arrival until its outcome is settled: the tasks, the slots they run in, those that have not begun,
/// and how many more the
/// pusher may send. All of it is changed under one lock; methods whose name ends in LockHeld expect it.
/// </summary>
internal sealed class Ledger
{
    private const long StalledAfterMilliseconds = 100;
    // What a death of this process would have run again.
    private const int MaxUnsettled = 2_000;

    private readonly WorkerRoom _room;
    private readonly SlotSet _slots;
    private readonly ILedgerHost _host;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<AttemptRef, HeldTask> _held = [];
    private readonly Backlog _backlog;
    private readonly SlotLoans _loans;
    private readonly EarlyCancels _earlyCancels = new();
    private readonly PusherCredit _credit = new();
    private readonly TaskPace _pace = new();
    private long _finished;
    private bool _overdue;
    private bool _starved;
    private bool _draining;

    public Ledger(WorkerRoom room, SlotTable slots, ILedgerHost host, TimeProvider time)
    {
        _room = room;
        _slots = new SlotSet(slots, room.Entries);
        _host = host;
        _time = time;
        _backlog = new Backlog(time);
        _loans = new SlotLoans(_lock, HasRoom_LockHeld, OnLent_LockHeld);
    }

    /// <summary>Set once the worker drains and holds nothing, or leaves all the same.</summary>
    public ManualResetEventSlim Left { get; } = new();

    /// <summary>Set while there is something that <see cref="Look"/> must be called for.</summary>
    public ManualResetEventSlim LookNeeded { get; } = new();

    /// <summary>Whether an outcome may be put off: another one follows in a moment.</summary>
    public bool IsNextOutcomeNear => _backlog.Count > 0 && _pace.IsShort;

    public long Finished => Interlocked.Read(ref _finished);

    /// <summary>How many tasks wait here. Without the lock: a thread that holds it must not silence the heartbeat.</summary>
    public int Waiting => _backlog.Count;

    /// <summary>How many outcomes are not settled. Without the lock.</summary>
    public int Unsettled => Math.Max(0, _held.Count - _slots.Count - _backlog.Count);

    private bool TakesNothing => _draining || _overdue || _starved;

    /// <summary>The pusher is new, or asks: it gets all that is held, and counts from nothing.</summary>
    public void Announce(FrameConnection pusher)
    {
        lock (_lock)
        {
            // Both frames under one lock, the tasks held first: credit from before would be counted against the new numbering.
            _credit.Restart();
            _host.SendHolding(pusher, _held.Keys);
            SendCredit_LockHeld(always: true);
        }
    }

    /// <summary>Takes in what the pusher has sent.</summary>
    /// <param name="queue">The number of the queue.</param>
    /// <param name="block">The tasks.</param>
    public void TakeIn(byte queue, ReadOnlySpan<byte> block)
    {
        lock (_lock)
        {
            var now = _time.Ticks();
            while (TaskBlock.TryTake(ref block, out var element, out var priority))
            {
                // Counted even if it is here already: the pusher counts what it sends.
                _credit.OnReceived();
                var attempt = new AttemptRef(queue, AttemptKey.FromBytes(TaskElement.FieldOf(element)));
                var task = new HeldTask(attempt, element.ToArray(), priority, now, _loans);
                task.IsCancelled = _earlyCancels.Take(attempt.Key.Id);
                // It was given back for its limit, or passed on, and is here again before that was heard to be settled.
                task.AwaitsFormerSettlement = _held.TryGetValue(attempt, out var former) && former.Report?.Kind is AckKind.Limited or AckKind.Unknown;
                if (task.AwaitsFormerSettlement)
                    _held.Remove(attempt);
                // A resynchronisation may send what is on its way already: it is held once.
                if (_held.TryAdd(attempt, task))
                    _backlog.Add(task);
            }

            // It was on its way when the credit was withdrawn.
            if (TakesNothing)
                GiveBack_LockHeld();
            Dispatch_LockHeld();
        }
    }

    /// <summary>Gives waiting tasks to free slots.</summary>
    private void Dispatch_LockHeld()
    {
        while (TakeNext_LockHeld() is { } task)
        {
            task.DispatchedTicks = _time.Ticks();
            _host.Dispatch(task);
            LookNeeded.Set();
        }

        if (_backlog.Count > 0)
            LookNeeded.Set();
    }

    private HeldTask? TakeNext_LockHeld()
    {
        if (_slots.Free == 0 || _backlog.TryTake(Occupied_LockHeld, _room) is not { } next)
            return null;
        _slots.Take(next);
        return next;
    }

    /// <summary>Slots of tasks that do not wait for others.</summary>
    private int Occupied_LockHeld => _room.IsIsolated ? _slots.Count : _slots.Count - _loans.Count;

    private bool HasRoom_LockHeld(HeldTask task) => _room.IsIsolated || Occupied_LockHeld < _room.Slots + _room.Extra(task.Class);

    /// <summary>
    /// A slot was released by a task that waits, or acquired again. An isolated task releases none: it has its process to itself, and
    /// another process steps in.
    /// </summary>
    private void OnLent_LockHeld(bool isLent)
    {
        if (_room.IsIsolated)
        {
            _host.ReportLent(isLent);
            return;
        }

        if (isLent)
        {
            // Before what has not begun: tasks that have run half way hold what others may wait for.
            _loans.ReturnFirst_LockHeld();
            Dispatch_LockHeld();
        }

        SendCredit_LockHeld(always: true);
    }

    /// <summary>A task is about to call its function.</summary>
    public void OnStarting(HeldTask task)
    {
        // Pairs with the one in Cancel: either that sees the context, or this sees the mark.
        Interlocked.MemoryBarrier();
        if (task.IsCancelled)
            task.Context!.Cancel(TaskCancelReason.User);
        if (task.Context!.DeadlineTicks != 0)
            LookNeeded.Set();
    }

    /// <summary>A task has ended, and its outcome is on its way: frees its slot, and takes the next task for it.</summary>
    public HeldTask? Finish(HeldTask task, TaskReport? report, TimeSpan took)
    {
        lock (_lock)
        {
            // After its outcome was sent: should this process die in between, the task counts as begun.
            _slots.End(task);
            _pace.Add(took);
            _overdue = _slots.HasOverdue;
            Interlocked.Increment(ref _finished);
            // Stopped by a shutdown: it stays in flight in Redis, and the sentinel gives it back.
            if (report is null)
                _held.Remove(task.Attempt);
            // It left a wait of its own without coming back: its slot went with it.
            if (task.IsLent)
                _loans.Forget_LockHeld(task);
            _loans.ReturnFirst_LockHeld();
            // Taken before the credit is reckoned: the slot is not free again.
            var next = TakeNext_LockHeld();
            SendCredit_LockHeld(always: _backlog.Count == 0);
            LeaveIfDone_LockHeld();
            return next;
        }
    }

    /// <summary>Says how many more the pusher may send: at each change while there is nothing in reserve, else in steps.</summary>
    private void SendCredit_LockHeld(bool always)
    {
        var unsettled = _held.Count - _slots.Count - _backlog.Count;
        var window = _room.Slots + (_room.IsIsolated ? 0 : _pace.Prefetch);
        // Below 0 it still has room for what may go into the reserves.
        var free = TakesNothing || unsettled > MaxUnsettled
            ? -_room.Most
            : Math.Min(window - Occupied_LockHeld, _slots.Free) - _backlog.Count;
        if (_credit.Change(Math.Max(-_room.Most, free), always ? int.MinValue : window / 4) is { } limit)
            _host.SendCredit(limit);
    }

    /// <summary>The monitor is new: what is not settled is sent to it again.</summary>
    public HeldTask[] Unacknowledged()
    {
        lock (_lock)
        {
            // The answers of the monitor before this one will not be heard any more.
            foreach (var task in _held.Values)
                task.AwaitsFormerSettlement = false;
            return [.. _held.Values.Where(t => t.Report is not null)];
        }
    }

    /// <summary>Settled: for each a status and an attempt.</summary>
    public void Settle(ReadOnlySpan<byte> settled)
    {
        lock (_lock)
        {
            for (; settled.Length > AttemptRef.Size; settled = settled[(1 + AttemptRef.Size)..])
                Settle_LockHeld((AckStatus)(sbyte)settled[0], AttemptRef.Read(settled[1..]));
            SendCredit_LockHeld(always: false);
            LeaveIfDone_LockHeld();
        }
    }

    private void Settle_LockHeld(AckStatus status, AttemptRef attempt)
    {
        if (_held.TryGetValue(attempt, out var task) && task.AwaitsFormerSettlement)
            task.AwaitsFormerSettlement = false;
        else if (_held.Remove(attempt) && status is AckStatus.Saved or AckStatus.Duplicate)
            task?.Ended?.Tell();
    }

    /// <summary>Cancels one task, or all.</summary>
    public void Cancel(TaskCancelReason reason, Guid? only)
    {
        lock (_lock)
        {
            var found = false;
            foreach (var task in _held.Values.Where(t => only is null || t.Attempt.Key.Id == only))
            {
                found = true;
                task.IsCancelled |= reason == TaskCancelReason.User;
                // Pairs with the one in OnStarting: either this sees the context, or that sees the mark.
                Interlocked.MemoryBarrier();
                task.Context?.Cancel(reason);
            }

            if (!found && only is { } early)
                _earlyCancels.Add(early);
        }
    }

    public HeldTask? Find(byte[] attempt)
    {
        lock (_lock)
            return _held.Values.FirstOrDefault(t => t.Attempt.Key.ToBytes().AsSpan().SequenceEqual(attempt));
    }

    /// <summary>Takes nothing new, gives back what has not begun, and leaves when nothing is held.</summary>
    public void Drain()
    {
        lock (_lock)
        {
            _draining = true;
            GiveBack_LockHeld();
            SendCredit_LockHeld(always: true);
            LeaveIfDone_LockHeld();
        }
    }

    private void LeaveIfDone_LockHeld()
    {
        if (_draining && _held.Count == 0)
            Left.Set();
    }

    /// <summary>Gives back to the queue what has not begun.</summary>
    private void GiveBack_LockHeld()
    {
        if (_backlog.Count == 0)
            return;
        var attempts = _backlog.TakeAll().Select(t => t.Attempt).ToArray();
        foreach (var attempt in attempts)
            _held.Remove(attempt);
        _host.Release(attempts);
    }

    /// <summary>Looks after deadlines and stalls.</summary>
    public void Look()
    {
        lock (_lock)
        {
            var now = _time.Ticks();
            GiveBackUnstarted_LockHeld(now);
            var isNeeded = _slots.CancelOverdue(now);
            // A worker with such a task takes nothing new, since it may have to be killed.
            var overdue = _slots.HasOverdue;
            if (overdue || (_backlog.Count > 0 && now - _backlog.OldestTicks > StalledAfterMilliseconds))
            {
                _pace.Slow();
                _overdue = overdue;
                GiveBack_LockHeld();
                SendCredit_LockHeld(always: true);
            }

            if (!isNeeded && _backlog.Count == 0)
                LookNeeded.Reset();
        }
    }

    /// <summary>
    /// Gives back what no thread of the pool has come to: user code has blocked them all. Nothing new is taken until one comes.
    /// </summary>
    private void GiveBackUnstarted_LockHeld(long now)
    {
        var stuck = _slots.TakeUnstarted(now - StalledAfterMilliseconds);
        if (stuck.Length == 0)
            return;
        foreach (var task in stuck)
            _held.Remove(task.Attempt);
        if (!_starved)
        {
            _starved = true;
            _host.OnStarved(StalledAfterMilliseconds);
        }

        _host.Release([.. stuck.Select(t => t.Attempt)]);
        GiveBack_LockHeld();
        SendCredit_LockHeld(always: true);
    }

    /// <summary>A thread of the pool is free again.</summary>
    public void OnThreadCame()
    {
        lock (_lock)
        {
            _starved = false;
            SendCredit_LockHeld(always: true);
        }
    }
}
