using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using QCluster.Execution.Functions;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Children;
using QCluster.Hosting.Logging;
using QCluster.Hosting.Threading;
using QCluster.Model;
using QCluster.Model.Errors;
using QCluster.Model.Faults;
using QCluster.Execution.Attempts;

namespace QCluster.Hosting.Worker;

/// <summary>
/// Runs user code. Takes tasks from the pusher as far as it has slots, keeps each outcome until the monitor has it settled, and
/// gives back what it has not begun when it stops, stalls or has a task that overran its time. No Redis.
/// </summary>
internal sealed class WorkerProcess : ILedgerHost, IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly ClusterChild _child;
    private readonly ChildSettings _settings;
    private readonly ControlChannel _control;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly SlotTable _slots;
    private readonly Ledger _ledger;
    private readonly TaskRunner _runner;
    private readonly PusherLine _pusher;
    private readonly MonitorLine _monitor;

    public WorkerProcess(ClusterChild child, FunctionRegistry functions, IServiceProvider services, ILogger logger, TimeProvider time)
    {
        var settings = child.Settings;
        _child = child;
        _settings = settings;
        _control = child.Control;
        _logger = logger;
        _time = time;
        _slots = SlotTable.Open(settings.SlotsPath!, settings.Room.Entries);
        _ledger = new Ledger(settings.Room, _slots, this, time);
        _runner = new TaskRunner(settings, functions, _slots, _ledger.OnStarting, time, NeedsScopes(services) ? logger : null);
        _pusher = new PusherLine(child, _ledger);
        _monitor = new MonitorLine(settings, _ledger);
    }

    /// <summary>Our own provider knows the running task by itself; others must be given it as a scope.</summary>
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
        _ledger.Left.Wait();
    }

    private ChildPulse Measure() => new(_ledger.Finished, 0, _ledger.Waiting, _ledger.Unsettled);

    void ILedgerHost.Dispatch(HeldTask task) =>
        ThreadPool.UnsafeQueueUserWorkItem(static run => run.Worker.RunFirst(run.Task), (Worker: this, Task: task), preferLocal: false);

    void ILedgerHost.OnStarved(long milliseconds)
    {
        WorkerLog.Starved(_logger, ThreadPool.ThreadCount, milliseconds);
        ThreadPool.UnsafeQueueUserWorkItem(static ledger => ledger.OnThreadCame(), _ledger, preferLocal: false);
    }

    void ILedgerHost.SendHolding(FrameConnection pusher, IReadOnlyCollection<AttemptRef> held) => _pusher.SendHolding(pusher, held);

    void ILedgerHost.SendCredit(long limit) => _pusher.SendCredit(limit);

    void ILedgerHost.Release(IReadOnlyCollection<AttemptRef> attempts)
    {
        _pusher.Release(attempts);
        // Outcomes that were put off for the sake of these tasks.
        _monitor.Flush();
    }

    void ILedgerHost.ReportLent(bool isLent) => _control.Lent(isLent);

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
            var begun = _time.GetTimestamp();
            FreshContext.Enter();
            var pending = _runner.RunAsync(task);
            if (!pending.IsCompleted)
            {
                Background.Watch(FinishLaterAsync(pending, task, begun));
                break;
            }

            task = Finish(task, pending.GetAwaiter().GetResult(), begun);
            // While tasks wait here the watch looks after outcomes that were put off; from here on nobody would.
            if (_ledger.Waiting == 0)
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

    /// <summary>Hands the outcome over, frees the slot, and takes the next task for it.</summary>
    private HeldTask? Finish(HeldTask task, in AttemptResult result, long begun)
    {
        // Before it is sent: a monitor that connects meanwhile must find it.
        task.Ended = _runner.Measure(task, result);
        task.Report = result.IsInterrupted ? null : new TaskReport(result.Kind, result.ToAcknowledgement(), result.KeepMilliseconds);
        FaultPoint.Pass(CrashPoint.Done, _monitor.Drop);
        var report = task.Report;
        if (report is not null)
            _monitor.Send(task, report, later: _ledger.IsNextOutcomeNear);
        FaultPoint.Pass(CrashPoint.OutcomeSent, _monitor.Drop);
        return _ledger.Finish(task, report, _time.GetElapsedTime(begun));
    }

    private void OnCommand(FrameType type, byte[] body)
    {
        switch (type)
        {
            case FrameType.Look:
                _control.Seen(Look(body));
                break;
            case FrameType.Cancel:
                // Reason, then the id, or nothing for all.
                Guid? only = body.Length > 1 ? new Guid(body.AsSpan(1, TaskId.ByteLength), bigEndian: true) : null;
                _ledger.Cancel((TaskCancelReason)body[0], only);
                break;
        }
    }

    private string Look(byte[] attempt)
    {
        if (_ledger.Find(attempt) is not { Function: { } function } task)
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
        _ledger.Drain();
        if (_control.IsOrphan)
            new Thread(LeaveAfterGrace) { IsBackground = true, Name = "grace" }.Start();
    }

    private void LeaveAfterGrace()
    {
        if (!_ledger.Left.Wait(_settings.Options.Grace))
        {
            WorkerLog.LeavingUnfinished(_logger, _settings.Options.Grace.TotalSeconds);
            _child.LeavesUnfinished = true;
        }

        _ledger.Left.Set();
    }

    /// <summary>Looks after deadlines and stalls while there are any to look after.</summary>
    private void Watch()
    {
        while (!_ledger.Left.IsSet)
        {
            _ledger.LookNeeded.Wait();
            _ledger.Left.Wait(Tick);
            _ledger.Look();
            // An outcome that was put off behind a task which then took long.
            _monitor.Flush();
        }
    }

    public void Dispose()
    {
        _pusher.Dispose();
        _monitor.Dispose();
        _slots.Dispose();
    }
}
