using Microsoft.Extensions.Logging;
using QCluster.Client.Groups;
using QCluster.Execution.Attempts;
using QCluster.Execution.Functions;
using QCluster.Execution.Retries;
using QCluster.Execution.Telemetry;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Children;
using QCluster.Hosting.Threading;
using QCluster.Model.Faults;
using QCluster.Queue;
using QCluster.Wire.Packets;

namespace QCluster.Hosting.Worker;

/// <summary>Runs the tasks of a worker in its slots.</summary>
internal sealed class TaskRunner : ITaskHost<HeldTask>
{
    private readonly ChildSettings _settings;
    private readonly IServiceProvider _services;
    private readonly SlotTable _slots;
    private readonly Action<HeldTask> _starting;
    private readonly TaskExecution<HeldTask> _execution;
    private readonly long _grace;
    private readonly TimeProvider _time;

    /// <param name="settings">The settings of the worker.</param>
    /// <param name="functions">The functions, frozen.</param>
    /// <param name="slots">The table that the sentinel reads.</param>
    /// <param name="starting">Called when the context of a task is there, before its function is called.</param>
    /// <param name="time">The clock.</param>
    /// <param name="scoped">Gets a scope around each task; null: no logger needs one.</param>
    public TaskRunner(ChildSettings settings, FunctionRegistry functions, SlotTable slots, Action<HeldTask> starting, TimeProvider time, ILogger? scoped = null)
    {
        _settings = settings;
        _services = functions.Services;
        _slots = slots;
        _starting = starting;
        _time = time;
        _grace = (long)settings.Options.Grace.TotalMilliseconds;
        _execution = new TaskExecution<HeldTask>(this, settings.ToPacketFormat(), functions, settings.ToExecution(settings.Incarnation) with { Kills = true }, time, scoped);
    }

    /// <summary>Completes synchronously for a synchronous function.</summary>
    public ValueTask<AttemptResult> RunAsync(HeldTask task) => _execution.RunAsync(task, task.Element, QueueOf(task));

    /// <summary>What is measured of a task once its outcome is settled; null while nobody listens.</summary>
    public EndedAttempt? Measure(HeldTask task, in AttemptResult result) =>
        TaskMetrics.CountsOutcomes && result is { IsInterrupted: false, Kind: not AckKind.Limited }
            ? new EndedAttempt(QueueOf(task), result.Func ?? "", result.RetryDelay is null ? result.State.ToString().ToLowerInvariant() : "retry", result.Error?.Reason, result.Took)
            : null;

    bool ITaskHost<HeldTask>.IsCancelRequested(HeldTask attempt) => attempt.IsCancelled;

    PacketContext ITaskHost<HeldTask>.Begin(HeldTask attempt, in AttemptStart start)
    {
        var now = _time.Ticks();
        var deadline = TicksAfter(now, start.Timeout);
        var kill = TicksAfter(now, start.TimeLimit);
        if (deadline != 0 && (kill == 0 || kill > deadline + _grace))
            kill = deadline + _grace;
        var context = new WorkerTaskContext(_services, start.Packet, start.Hooked, _slots, attempt.Slot, deadline, attempt);
        attempt.Context = context;
        attempt.Function = start.Function;
        Span<byte> key = stackalloc byte[AttemptKey.ByteLength];
        attempt.Attempt.Key.CopyTo(key);
        FaultPoint.Pass(CrashPoint.NotBegun);
        var retry = kill == 0 ? RetryDecision.Final : start.RetryPolicy.AfterKill();
        _slots.Begin(attempt.Slot, key, attempt.Attempt.Queue, now, deadline, kill, retry.ToMilliseconds(), start.Function.Utf8Name);
        FaultPoint.Pass(CrashPoint.Begun);
        _starting(attempt);
        return context;
    }

    void ITaskHost<HeldTask>.Suspend(HeldTask attempt, in ValueTask pending) => attempt.Pending = pending;

    Task ITaskHost<HeldTask>.FetchMembersAsync(PacketContext context) => SetCallback.FetchMembersAsync(context);

    /// <summary>0 = never.</summary>
    private static long TicksAfter(long now, TimeSpan? time) => time is { } some ? now + Math.Max(1, (long)some.TotalMilliseconds) : 0;

    private string QueueOf(HeldTask task) => _settings.Queues[task.Attempt.Queue];
}
