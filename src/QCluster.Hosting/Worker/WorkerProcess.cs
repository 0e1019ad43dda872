using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QCluster.Model;
using QCluster.Model.Errors;
using QCluster.Model.Faults;
using QCluster.Execution.Attempts;
using QCluster.Execution.Functions;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Gateway;
using QCluster.Hosting.Logging;
using QCluster.Hosting.Children;
using QCluster.Hosting.Threading;
using QCluster.Queue;
using QCluster.Wire.Packets;

namespace QCluster.Hosting.Worker;

/// <summary>
/// Runs user code. Takes tasks from the pusher as far as it has room, keeps each outcome until the monitor has it settled, and
/// gives back what it has not begun when it stops, stalls or has a task that overran its time. No Redis.
/// </summary>
internal sealed class WorkerProcess : IDisposable
{
    private const int MaxPrefetch = 500;
    private const long PrefetchMicroseconds = 20_000;
    private const double ShortMicroseconds = 250;
    private const long StalledAfterMilliseconds = 100;
    private const int MaxCancelledEarly = 10_000;
    // What a death of this process would have run again.
    private const int MaxUnsettled = 2_000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly ClusterChild _child;
    private readonly ChildSettings _settings;
    private readonly ControlChannel _control;
    private readonly ILogger _logger;
    private readonly SlotTable _slots;
    private readonly TaskRunner _runner;
    private readonly GatewayTransport _gateway;
    private readonly ReconnectingChannel _pusher;
    private readonly ReconnectingChannel _monitor;
    private readonly Lock _lock = new();
    private readonly Dictionary<AttemptRef, HeldTask> _held = [];
    private readonly Backlog _backlog = new();
    private readonly SlotLoans _lending;
    private readonly WorkerRoom _room;
    private readonly HashSet<HeldTask> _running = [];
    private readonly HashSet<Guid> _cancelledEarly = [];
    private readonly Stack<int> _freeSlots;
    private readonly ManualResetEventSlim _tickNeeded = new();
    private readonly ManualResetEventSlim _done = new();
    private long _received;
    private long _limitSent;
    private long _finished;
    private double _averageMicroseconds = 100_000;
    private bool _overdue;
    private bool _starved;
    private bool _draining;

    public WorkerProcess(ClusterChild child, FunctionRegistry functions, IServiceProvider services, ILogger logger)
    {
        var settings = child.Settings;
        _child = child;
        _settings = settings;
        _control = child.Control;
        _logger = logger;
        _room = settings.Room;
        _slots = SlotTable.Open(settings.SlotsPath!, _room.Entries);
        _freeSlots = new Stack<int>(Enumerable.Range(0, _room.Entries).Reverse());
        _lending = new SlotLoans(_lock, task => _room.IsIsolated || Occupied < _room.Slots + _room.Extra(task.Class), OnLent);
        _runner = new TaskRunner(settings, functions, _slots, OnStarting, NeedsScopes(services) ? logger : null);
        _pusher = new ReconnectingChannel(settings.PusherSocket, "pusher channel", settings.MaxFrame, OnPusherFrame, OnPusherConnected);
        _monitor = new ReconnectingChannel(settings.MonitorSocket, "monitor channel", settings.MaxFrame, OnMonitorFrame, OnMonitorConnected);
        _gateway = child.Connection.Attach(call => _pusher.Send(FrameType.Call, call));
    }

    /// <summary>Our own provider knows the running task by itself; others must be told of each.</summary>
    private static bool NeedsScopes(IServiceProvider services) => services.GetServices<ILoggerProvider>().Any(p => p is not ChildLoggerProvider);

    /// <summary>Works until the sentinel says so, or is gone.</summary>
    /// <param name="begun">Done beside the work, once tasks' client calls can be made.</param>
    public void Run(Func<Task> begun)
    {
        _pusher.Start();
        _monitor.Start();
        new Thread(Watch) { IsBackground = true, Name = "watch" }.Start();
        _control.Ready(Drain, OnCommand, Measure);
        Background.Watch(begun());
        _done.Wait();
    }

    /// <summary>Without the lock: whoever holds it must not silence the heartbeat.</summary>
    private ChildPulse Measure() => new(Interlocked.Read(ref _finished), 0, _backlog.Count, Math.Max(0, _held.Count - _running.Count - _backlog.Count));

    /// <summary>Places taken by tasks that do not wait for others. Lock held.</summary>
    private int Occupied => _room.IsIsolated ? _running.Count : _running.Count - _lending.Count;

    private bool TakesNothing => _draining || _overdue || _starved;

    private int Window => _room.Slots + Prefetch;

    /// <summary>How many short tasks make some milliseconds of work. Long ones are never given ahead.</summary>
    private int Prefetch => _room.IsIsolated || _averageMicroseconds >= PrefetchMicroseconds / 4.0 ? 0 : (int)Math.Min(MaxPrefetch, PrefetchMicroseconds / Math.Max(1, _averageMicroseconds));

    private void OnPusherConnected(FrameConnection connection) => SendHolding(connection);

    private void SendHolding(FrameConnection connection)
    {
        lock (_lock)
        {
            var incarnation = Encoding.UTF8.GetBytes(_settings.Incarnation);
            var frame = AttemptRef.WriteAll(_held.Keys, WorkerRoom.Size + 1 + incarnation.Length);
            _room.Write(frame);
            frame[WorkerRoom.Size] = (byte)incarnation.Length;
            incarnation.CopyTo(frame, WorkerRoom.Size + 1);
            _received = 0;
            _limitSent = long.MinValue / 2;
            connection.Send(FrameType.Holding, frame);
            SendCredit(always: true);
        }

        _gateway.OnReconnected();
    }

    private void OnPusherFrame(FrameConnection connection, FrameType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case FrameType.Tasks:
                TakeIn(body[0], body[1..]);
                break;
            case FrameType.Resync:
                SendHolding(connection);
                break;
            case FrameType.Answer:
                _gateway.OnAnswer(body);
                break;
        }
    }

    private void TakeIn(byte queue, ReadOnlySpan<byte> block)
    {
        lock (_lock)
        {
            var now = Environment.TickCount64;
            while (TaskBlock.TryTake(ref block, out var element, out var priority))
            {
                _received++;
                var attempt = new AttemptRef(queue, AttemptKey.FromBytes(TaskElement.FieldOf(element)));
                var task = new HeldTask(attempt, element.ToArray(), priority, now, _lending);
                task.IsCancelled = _cancelledEarly.Remove(attempt.Key.Id);
                if (_held.TryGetValue(attempt, out var former) && former.Report?.Kind is AckKind.Limited or AckKind.Unknown)
                {
                    task.AwaitsFormerSettlement = true;
                    _held[attempt] = task;
                    _backlog.Add(task);
                }
                else if (_held.TryAdd(attempt, task))
                {
                    _backlog.Add(task);
                }
            }

            if (TakesNothing)
                GiveBack();
            Dispatch();
        }
    }

    /// <summary>Gives waiting tasks to free slots. Lock held.</summary>
    private void Dispatch()
    {
        while (TakeNext() is { } task)
        {
            task.DispatchedTicks = Environment.TickCount64;
            ThreadPool.UnsafeQueueUserWorkItem(static state => state.Worker.RunFirst(state.Task), (Worker: this, Task: task), preferLocal: false);
            _tickNeeded.Set();
        }

        if (_backlog.Count > 0)
            _tickNeeded.Set();
    }

    /// <summary>Lock held.</summary>
    private HeldTask? TakeNext()
    {
        if (_freeSlots.Count == 0 || _backlog.TryTake(Occupied, _room) is not { } next)
            return null;
        next.Slot = _freeSlots.Pop();
        _running.Add(next);
        return next;
    }

    /// <summary>A place was lent, or taken back. An isolated task lends none: it has its process to itself, and another process steps in. Lock held.</summary>
    private void OnLent(bool isLent)
    {
        if (_room.IsIsolated)
        {
            _control.Lent(isLent);
            return;
        }

        if (isLent)
        {
            _lending.ReturnFirst();
            Dispatch();
        }

        SendCredit(always: true);
    }

    private void RunFirst(HeldTask task)
    {
        // Given back meanwhile, as no thread came for so long.
        if (task.TryTake())
            RunLoop(task);
    }

    private void RunLoop(HeldTask first)
    {
        for (var task = first; task is not null;)
        {
            var begun = Stopwatch.GetTimestamp();
            FreshContext.Enter();
            var pending = _runner.RunAsync(task);
            if (!pending.IsCompleted)
            {
                Background.Watch(FinishLaterAsync(pending, task, begun));
                break;
            }

            task = Finish(task, pending.GetAwaiter().GetResult(), begun);
            // While tasks wait here the watch looks after outcomes that were put off; from here on nobody would.
            if (_backlog.Count == 0)
                _monitor.Flush();
        }

        _monitor.Flush();
    }

    private async Task FinishLaterAsync(ValueTask<AttemptResult> pending, HeldTask task, long begun)
    {
        if (Finish(task, await pending.ConfigureAwait(false), begun) is { } next)
            RunLoop(next);
        else
            _monitor.Flush();
    }

    private void OnStarting(HeldTask task)
    {
        Interlocked.MemoryBarrier();
        if (task.IsCancelled)
            task.Context!.Cancel(TaskCancelReason.User);
        if (task.Context!.DeadlineTicks != 0)
            _tickNeeded.Set();
    }

    /// <summary>Hands the outcome over, frees the slot, and takes the next task for it.</summary>
    private HeldTask? Finish(HeldTask task, in AttemptResult result, long begun)
    {
        // Before it is sent: a monitor that connects meanwhile must find it.
        task.Ended = _runner.Measure(task, result);
        task.Report = result.IsInterrupted ? null : new TaskReport(result.Kind, result.ToAcknowledgement(), result.KeepMilliseconds);
        FaultPoint.Pass(CrashPoint.Done, _monitor.Drop);
        var report = task.Report;
        if (report is not null)
            SendOutcome(_monitor.Send, task, report, later: _backlog.Count > 0 && _averageMicroseconds < ShortMicroseconds);
        FaultPoint.Pass(CrashPoint.OutcomeSent, _monitor.Drop);
        lock (_lock)
        {
            _slots.End(task.Slot);
            _freeSlots.Push(task.Slot);
            _running.Remove(task);
            _averageMicroseconds += (Stopwatch.GetElapsedTime(begun).TotalMicroseconds - _averageMicroseconds) / 16;
            _overdue = _running.Any(IsOverdue);
            Interlocked.Increment(ref _finished);
            // Stopped by a shutdown: it stays in flight in Redis, and the sentinel gives it back.
            if (report is null)
                _held.Remove(task.Attempt);
            // It left a wait of its own without coming back: its place went with it.
            if (task.IsLent)
                _lending.Forget(task);
            _lending.ReturnFirst();
            var next = TakeNext();
            SendCredit(always: _backlog.Count == 0);
            LeaveIfDone();
            return next;
        }
    }

    private delegate bool SendFrame(FrameType type, ReadOnlySpan<byte> body, ReadOnlySpan<byte> more, bool later);

    private static void SendOutcome(SendFrame send, HeldTask task, TaskReport report, bool later = false)
    {
        Span<byte> header = stackalloc byte[AttemptRef.Size + 9];
        task.Attempt.Write(header);
        BinaryPrimitives.WriteInt64BigEndian(header[AttemptRef.Size..], report.KeepMilliseconds);
        header[AttemptRef.Size + 8] = (byte)report.Kind;
        send(FrameType.Outcome, header, report.Outcome, later);
    }

    /// <summary>Tells the pusher how many more it may send: at each change while there is nothing in reserve, else in steps. Lock held.</summary>
    private void SendCredit(bool always)
    {
        var unsettled = _held.Count - _running.Count - _backlog.Count;
        // Below 0 it still has room for what may go into the reserves.
        var free = TakesNothing || unsettled > MaxUnsettled ? -_room.Most : Math.Min(Window - Occupied - _backlog.Count, _freeSlots.Count - _backlog.Count);
        var limit = _received + Math.Max(-_room.Most, free);
        if (limit == _limitSent || (!always && limit - _limitSent < Window / 4))
            return;
        _limitSent = limit;
        Span<byte> body = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(body, limit);
        _pusher.Send(FrameType.Credit, body);
    }

    private void OnMonitorConnected(FrameConnection connection)
    {
        connection.Send(FrameType.Attach, Encoding.UTF8.GetBytes(_settings.Incarnation));
        HeldTask[] finished;
        lock (_lock)
        {
            finished = [.. _held.Values.Where(t => t.Report is not null)];
            // What the monitor before this one had to say will not be heard any more.
            foreach (var task in _held.Values)
                task.AwaitsFormerSettlement = false;
        }
        foreach (var task in finished)
            SendOutcome(connection.Send, task, task.Report!);
    }

    /// <summary>Settled: for each a status and an attempt.</summary>
    private void OnMonitorFrame(FrameConnection connection, FrameType type, ReadOnlySpan<byte> body)
    {
        if (type != FrameType.Settled)
            return;
        lock (_lock)
        {
            for (; body.Length > AttemptRef.Size; body = body[(1 + AttemptRef.Size)..])
                Settle((AckStatus)(sbyte)body[0], AttemptRef.Read(body[1..]));
            SendCredit(always: false);
            LeaveIfDone();
        }
    }

    /// <summary>Lock held.</summary>
    private void Settle(AckStatus status, AttemptRef attempt)
    {
        if (_held.TryGetValue(attempt, out var task) && task.AwaitsFormerSettlement)
            task.AwaitsFormerSettlement = false;
        else if (_held.Remove(attempt) && status is AckStatus.Saved or AckStatus.Duplicate)
            task?.Ended?.Tell();
    }

    private void OnCommand(FrameType type, byte[] body)
    {
        if (type == FrameType.Look)
            _control.Seen(Look(body));
        if (type != FrameType.Cancel)
            return;
        // Reason, then the id, or nothing for all.
        var reason = (TaskCancelReason)body[0];
        lock (_lock)
        {
            Guid? only = body.Length > 1 ? new Guid(body.AsSpan(1, TaskId.ByteLength), bigEndian: true) : null;
            var found = false;
            foreach (var task in _held.Values.Where(t => only is null || t.Attempt.Key.Id == only))
            {
                found = true;
                task.IsCancelled |= reason == TaskCancelReason.User;
                // Pairs with the one in OnStarting: either this sees the context, or that sees the mark.
                Interlocked.MemoryBarrier();
                task.Context?.Cancel(reason);
            }

            // It may overtake the task, which comes from the pusher; most are for other workers, and are forgotten in time.
            if (!found && only is { } early)
            {
                if (_cancelledEarly.Count >= MaxCancelledEarly)
                    _cancelledEarly.Clear();
                _cancelledEarly.Add(early);
            }
        }
    }

    private string Look(byte[] attempt)
    {
        HeldTask? task;
        lock (_lock)
            task = _held.Values.FirstOrDefault(t => t.Attempt.Key.ToBytes().AsSpan().SequenceEqual(attempt));
        if (task?.Function is not { } function)
            return "";
        var method = function.Target?.Method ?? function.Method;
        try
        {
            return $"{method.DeclaringType?.FullName?.Replace('+', '.')}.{method.Name}\n{AwaitChain.Describe(task.Pending)}";
        }
        catch (Exception e)
        {
            // What is read changes meanwhile, and a type of the user's may not load.
            return $"\n(what it awaits could not be read: {ExceptionText.MessageOf(e)})";
        }
    }

    private void Drain()
    {
        lock (_lock)
        {
            _draining = true;
            GiveBack();
            SendCredit(always: true);
            LeaveIfDone();
        }

        if (_control.IsOrphan)
            new Thread(LeaveAfterGrace) { IsBackground = true, Name = "grace" }.Start();
    }

    private void LeaveAfterGrace()
    {
        if (!_done.Wait(_settings.Options.Grace))
        {
            WorkerLog.LeavingUnfinished(_logger, _settings.Options.Grace.TotalSeconds);
            _child.LeavesUnfinished = true;
        }

        _done.Set();
    }

    /// <summary>Lock held.</summary>
    private void LeaveIfDone()
    {
        if (_draining && _held.Count == 0)
            _done.Set();
    }

    /// <summary>Gives back to the queue what has not begun. Lock held.</summary>
    private void GiveBack()
    {
        if (_backlog.Count == 0)
            return;
        var attempts = _backlog.TakeAll().Select(t => t.Attempt).ToArray();
        foreach (var attempt in attempts)
            _held.Remove(attempt);
        _pusher.Send(FrameType.Release, AttemptRef.WriteAll(attempts));
        _monitor.Flush();
    }

    /// <summary>Gives back what no thread of the pool has come to: user code has blocked them all. Nothing new is taken until one comes. Lock held.</summary>
    private void GiveBackUnstarted(long now)
    {
        var stuck = _running.Where(t => t.DispatchedTicks != 0 && now - t.DispatchedTicks > StalledAfterMilliseconds && t.TryTake()).ToArray();
        if (stuck.Length == 0)
            return;
        foreach (var task in stuck)
        {
            _running.Remove(task);
            _freeSlots.Push(task.Slot);
            _held.Remove(task.Attempt);
        }

        if (!_starved)
        {
            _starved = true;
            WorkerLog.Starved(_logger, ThreadPool.ThreadCount, StalledAfterMilliseconds);
            ThreadPool.UnsafeQueueUserWorkItem(static worker => worker.OnThreadCame(), this, preferLocal: false);
        }

        _pusher.Send(FrameType.Release, AttemptRef.WriteAll([.. stuck.Select(t => t.Attempt)]));
        GiveBack();
        SendCredit(always: true);
    }

    private void OnThreadCame()
    {
        lock (_lock)
        {
            _starved = false;
            SendCredit(always: true);
        }
    }

    /// <summary>Looks after deadlines and stalls while there are any to look after.</summary>
    private void Watch()
    {
        while (!_done.IsSet)
        {
            _tickNeeded.Wait();
            _done.Wait(Tick);
            lock (_lock)
            {
                var now = Environment.TickCount64;
                GiveBackUnstarted(now);
                var needed = false;
                foreach (var task in _running)
                {
                    needed |= task.DispatchedTicks != 0 && task.Context is null;
                    if (task.Context is not { DeadlineTicks: > 0 } context)
                        continue;
                    needed = true;
                    if (now >= context.DeadlineTicks)
                        context.Cancel(TaskCancelReason.Timeout);
                }

                // A worker with such a task takes nothing new, since it may have to be killed.
                var overdue = _running.Any(IsOverdue);
                if (overdue || _backlog.Count > 0 && now - _backlog.OldestTicks > StalledAfterMilliseconds)
                {
                    _averageMicroseconds = Math.Max(_averageMicroseconds, PrefetchMicroseconds);
                    _overdue = overdue;
                    GiveBack();
                    SendCredit(always: true);
                }

                if (!needed && _backlog.Count == 0)
                    _tickNeeded.Reset();
            }

            // An outcome that was put off behind a task which then took long.
            _monitor.Flush();
        }
    }

    private static bool IsOverdue(HeldTask task) => task.Context is { CancelReason: TaskCancelReason.Timeout or TaskCancelReason.User };

    public void Dispose()
    {
        _pusher.Dispose();
        _monitor.Dispose();
        _slots.Dispose();
    }
}
