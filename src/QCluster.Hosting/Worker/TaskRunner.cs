using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using QCluster.Execution.Records;
using QCluster.Model;
using QCluster.Model.Faults;
using QCluster.Execution.Functions;
using QCluster.Client.Groups;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Children;
using QCluster.Queue;
using QCluster.Client.Results;
using QCluster.Execution.Retries;
using QCluster.Execution.Telemetry;
using QCluster.Wire;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;
using QCluster.Wire.Values;

namespace QCluster.Hosting.Worker;

/// <summary>Runs one task and makes its outcome; whatever the task or its packet does, there is one.</summary>
internal sealed class TaskRunner(ChildSettings settings, FunctionRegistry functions, IServiceProvider services, SlotTable slots, ILogger? scoped = null)
{
    private readonly PacketSigner _signer = new(settings.Options.Name, settings.Secrets);
    private readonly WireLimits _limits = new() { MaxLength = settings.Options.MaxPacketBytes };
    private readonly RecordDecoder _decoder = new(new PacketSigner(settings.Options.Name, settings.Secrets), new WireLimits { MaxLength = settings.Options.MaxPacketBytes }, ValueSerializer.Default);
    private readonly TimeSpan? _timeout = settings.Options.Timeout;
    private readonly TimeSpan? _maxAge = settings.Options.MaxAge;
    private readonly RetrySettings _retries = new(settings.Options.MaxAttempts, settings.Options.RetryBackoff, settings.Options.RetryBackoffMax);
    private readonly long _grace = (long)settings.Options.Grace.TotalMilliseconds;
    private readonly TimeSpan _resultTtl = settings.Options.ResultTtl;
    private readonly int _maxValue = TaskOutcome.MaxValue(settings.Options.MaxPacketBytes, settings.Incarnation, settings.Cluster);

    /// <summary>Completes synchronously for a synchronous function. Null report = it was stopped by a shutdown and is to run elsewhere.</summary>
    public ValueTask RunAsync(HeldTask task, Action<HeldTask> starting)
    {
        var started = DateTimeOffset.UtcNow;
        TaskPacket packet;
        TaskInput input;
        try
        {
            packet = TaskPacket.Read(task.Element, settings.Queues[task.Attempt.Queue], _signer, _limits);
            input = TaskInput.Of(packet, _decoder, _signer, _limits);
        }
        catch (WireFormatException e)
        {
            Conclude(task, null, started, TaskVerdict.Refused(e));
            return default;
        }

        if (task.IsCancelled)
        {
            Conclude(task, packet, started, TaskVerdict.CancelledBefore);
            return default;
        }

        if (_maxAge is { } oldest && started - packet.Id.Created > oldest)
        {
            Conclude(task, packet, started, TaskVerdict.TooOld(packet.Id.Created));
            return default;
        }

        if (packet.Expires is { } expires && expires < started)
        {
            Conclude(task, packet, started, TaskVerdict.Expired(expires, started));
            return default;
        }

        if (!functions.TryGet(packet.Func, out var function))
        {
            PassOn(task, packet, started, TaskVerdict.UnknownFunction(packet.Func, functions));
            return default;
        }

        if (function.Defaults.LimitsOf(packet, task.Element) is { } limits)
        {
            task.Report = new TaskReport(AckKind.Limited, limits, 0);
            return default;
        }

        var now = Environment.TickCount64;
        var timeout = packet.Timeout ?? function.Defaults.Timeout ?? _timeout;
        var timeLimit = packet.TimeLimit ?? function.Defaults.TimeLimit;
        var deadline = timeout is { } limit ? now + Math.Max(1, (long)limit.TotalMilliseconds) : 0;
        var context = new WorkerTaskContext(services, packet, input.Hooked, slots, task.Slot, deadline, task);
        task.Context = context;
        Span<byte> attempt = stackalloc byte[AttemptKey.ByteLength];
        task.Attempt.Key.CopyTo(attempt);
        FaultPoint.Pass(CrashPoint.NotBegun);
        var kill = timeLimit is { } last ? now + Math.Max(1, (long)last.TotalMilliseconds) : 0;
        if (deadline != 0 && (kill == 0 || kill > deadline + _grace))
            kill = deadline + _grace;
        slots.Begin(task.Slot, attempt, task.Attempt.Queue, now, deadline, kill, kill == 0 ? -1 : PolicyOf(packet, function).AfterKill().ToMilliseconds(), function.Utf8Name);
        FaultPoint.Pass(CrashPoint.Begun);
        starting(task);

        var span = AttemptActivity.Begin(packet, settings.Incarnation, settings.Cluster);
        var run = new StartedAttempt(task, packet, function, started, timeout, span);
        var output = new PooledBuffer(64);
        task.Function = function;
        var pending = Invoke(run, context, input, output);
        if (!pending.IsCompletedSuccessfully)
        {
            task.Pending = pending;
            // The span goes on with the function; this thread goes on to other tasks.
            if (span is not null)
                Activity.Current = null;
            return FinishAsync(pending, run, output);
        }

        pending.GetAwaiter().GetResult();
        Succeed(run, output);
        return default;
    }

    private ValueTask Invoke(StartedAttempt run, PacketContext context, TaskInput input, PooledBuffer output)
    {
        // A function that goes on later has taken the scope along.
        var scope = BeginScope(run);
        try
        {
            return run.Packet.CallbackOf is null
                ? run.Function.InvokeAsync(new TaskInvocation(context, input.Args, input.Kwargs), output)
                : CallBackAsync(run, context, input, output);
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
        finally
        {
            EndScope(scope);
        }
    }

    // Loggers may be the user's own: one that fails takes no task down.
    private IDisposable? BeginScope(StartedAttempt run)
    {
        try
        {
            return scoped?.BeginScope(new TaskScope(run.Packet.Id.ToString(), run.Packet.Func, run.Packet.Attempt));
        }
        catch
        {
            return null;
        }
    }

    private static void EndScope(IDisposable? scope)
    {
        try
        {
            scope?.Dispose();
        }
        catch
        {
            // As above.
        }
    }

    /// <summary>The callback of a set: the records of its tasks are fetched first.</summary>
    private static async ValueTask CallBackAsync(StartedAttempt run, PacketContext context, TaskInput input, PooledBuffer output)
    {
        await SetCallback.FetchMembersAsync(context).ConfigureAwait(false);
        await run.Function.InvokeAsync(new TaskInvocation(context, input.Args, input.Kwargs), output).ConfigureAwait(false);
    }

    private RetryPolicy PolicyOf(TaskPacket packet, TaskFunction function) => new(packet, function.Defaults, _retries);

    private async ValueTask FinishAsync(ValueTask pending, StartedAttempt run, PooledBuffer output)
    {
        try
        {
            await pending.ConfigureAwait(false);
            Succeed(run, output);
        }
        catch (Exception e)
        {
            output.Dispose();
            Judge(run, e);
        }
    }

    private void Succeed(StartedAttempt run, PooledBuffer output)
    {
        using (output)
        {
            if (output.WrittenCount > _maxValue)
            {
                var verdict = TaskVerdict.TooLarge(output.WrittenCount, _maxValue);
                Conclude(run.Task, run.Packet, run.Started, verdict);
                AttemptActivity.End(run.Span, verdict.Error);
                return;
            }

            AttemptActivity.End(run.Span, null);
            Report(run.Task, run.Packet, run.Started, TaskState.Succeeded, output.WrittenMemory, null, run.Function.Defaults);
        }
    }

    private void Judge(StartedAttempt run, Exception exception)
    {
        var reason = run.Task.Context!.CancelReason;
        // Null report = it runs again elsewhere.
        if (reason == TaskCancelReason.Shutdown && exception is OperationCanceledException)
        {
            run.Span?.Dispose();
            return;
        }

        var verdict = TaskVerdict.Of(exception, reason, run.Timeout);
        AttemptActivity.End(run.Span, verdict.Error, exception);
        var decision = verdict.State == TaskState.Failed ? PolicyOf(run.Packet, run.Function).Decide(exception, verdict) : RetryDecision.Final;
        if (decision.Pause is { } pause)
            Done(run.Task, run.Packet, run.Started, "retry", verdict.Error, isBegun: true, new TaskReport(AckKind.Retry, OutcomeOf(run.Task, run.Started, verdict.State, default, verdict.Error.Shortened(), run.Function.Defaults), (long)Math.Ceiling(pause.TotalMilliseconds)));
        else
            Report(run.Task, run.Packet, run.Started, verdict.State, default, verdict.Error, run.Function.Defaults, decision.IsGivenUp);
    }

    private void Conclude(HeldTask task, TaskPacket? packet, DateTimeOffset started, TaskVerdict verdict) =>
        Report(task, packet, started, verdict.State, default, verdict.Error);

    /// <summary>Another cluster may know the function: whether one does is seen where the outcome is saved.</summary>
    private void PassOn(HeldTask task, TaskPacket packet, DateTimeOffset started, TaskVerdict verdict)
    {
        Conclude(task, packet, started, verdict);
        var name = Encoding.UTF8.GetBytes(packet.Func);
        var outcome = new byte[sizeof(int) + name.Length + task.Report!.Outcome.Length];
        BinaryPrimitives.WriteInt32BigEndian(outcome, name.Length);
        name.CopyTo(outcome, sizeof(int));
        task.Report.Outcome.CopyTo(outcome, sizeof(int) + name.Length);
        task.Report = task.Report with { Kind = AckKind.Unknown, Outcome = outcome };
    }

    private void Report(HeldTask task, TaskPacket? packet, DateTimeOffset started, TaskState state, ReadOnlyMemory<byte> value, TaskError? error, FunctionDefaults? defaults = null, bool isGivenUp = false)
    {
        var keep = RecordLifetime.Of(packet, defaults, state, _resultTtl, settings.KeepsSuccesses);
        Done(task, packet, started, state.ToString().ToLowerInvariant(), error, isBegun: defaults is not null, new TaskReport(isGivenUp ? AckKind.GivenUp : (AckKind)state, OutcomeOf(task, started, state, value, error, defaults), (long)keep.TotalMilliseconds));
    }

    private void Done(HeldTask task, TaskPacket? packet, DateTimeOffset started, string state, TaskError? error, bool isBegun, TaskReport report)
    {
        task.Report = report;
        if (TaskMetrics.CountsOutcomes)
            task.Ended = new EndedAttempt(settings.Queues[task.Attempt.Queue], packet?.Func ?? "", state, error?.Reason, isBegun ? DateTimeOffset.UtcNow - started : null);
    }

    private byte[] OutcomeOf(HeldTask task, DateTimeOffset started, TaskState state, ReadOnlyMemory<byte> value, TaskError? error, FunctionDefaults? defaults)
    {
        var outcome = new TaskOutcome
        {
            State = state,
            Attempt = task.Attempt.Key.Attempt,
            Started = started,
            Stopped = DateTimeOffset.UtcNow,
            Value = value,
            Error = error,
            Worker = settings.Incarnation,
            Cluster = settings.Cluster,
            NoErrorMail = defaults is { NoErrorMail: true } && state == TaskState.Failed,
        };
        return outcome.ToBytes(new TaskId(task.Attempt.Key.Id, settings.Queues[task.Attempt.Queue]), _signer, settings.Options.Compress);
    }
}
