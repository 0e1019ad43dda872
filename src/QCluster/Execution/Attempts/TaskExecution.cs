using System.Diagnostics;
using Microsoft.Extensions.Logging;
using QCluster.Execution.Functions;
using QCluster.Execution.Records;
using QCluster.Execution.Retries;
using QCluster.Execution.Telemetry;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Wire;
using QCluster.Wire.Packets;

namespace QCluster.Execution.Attempts;

/// <summary>Runs one attempt at a task, from its bytes to the signed outcome. Every packet gets an outcome, also a damaged one.</summary>
/// <param name="host">The host of the attempts.</param>
/// <param name="format">The format of packets and outcomes.</param>
/// <param name="functions">The functions, frozen.</param>
/// <param name="settings">The settings for calls and functions without their own.</param>
/// <param name="clock">The clock for the start and the end of an attempt.</param>
/// <param name="scoped">Gets a scope around each task, for loggers that do not find the task themselves.</param>
internal sealed class TaskExecution<TAttempt>(ITaskHost<TAttempt> host, PacketFormat format, FunctionRegistry functions, ExecutionSettings settings, TimeProvider clock, ILogger? scoped = null)
{
    private readonly RecordDecoder _decoder = new(format);
    private readonly int _maxValue = TaskOutcome.MaxValue(format.Limits.MaxLength, settings.Worker, settings.Cluster);

    /// <summary>Completes synchronously for a synchronous function.</summary>
    /// <param name="attempt">The attempt, in the form of the host.</param>
    /// <param name="element">The task.</param>
    /// <param name="queue">Its queue.</param>
    public ValueTask<AttemptResult> RunAsync(TAttempt attempt, byte[] element, string queue)
    {
        var started = clock.GetUtcNow();
        TaskPacket packet;
        TaskInput input;
        try
        {
            packet = TaskPacket.Read(element, queue, format);
            input = TaskInput.Of(packet, _decoder);
        }
        catch (WireFormatException e)
        {
            return new(Refused(element, queue, started, TaskVerdict.Refused(e)));
        }

        var isKnown = functions.TryGet(packet.Func, out var function);
        var run = new Run { Packet = packet, Function = function, Started = started };
        if (host.IsCancelRequested(attempt))
            return new(Ended(run, TaskVerdict.CancelledBefore));
        if (settings.MaxAge is { } oldest && started - packet.Id.Created > oldest)
            return new(Ended(run, TaskVerdict.TooOld(packet.Id.Created)));
        if (packet.Expires is { } expires && expires < started)
            return new(Ended(run, TaskVerdict.Expired(expires, started)));
        if (!isKnown)
            return new(Unknown(run));
        if (settings.HasQueue && function!.Defaults.LimitsOf(packet, element) is { } limits)
            return new(new AttemptResult { Kind = AckKind.Limited, Outcome = limits, Func = packet.Func });
        return CallAsync(attempt, run, input);
    }

    private ValueTask<AttemptResult> CallAsync(TAttempt attempt, in Run known, in TaskInput input)
    {
        var (packet, function) = (known.Packet, known.Function!);
        var defaults = function.Defaults;
        var timeout = packet.Limits.Timeout ?? defaults.Limits.Timeout ?? settings.Timeout;
        var timeLimit = packet.Limits.TimeLimit ?? defaults.Limits.TimeLimit;
        if (!settings.Kills)
            (timeout, timeLimit) = (timeout is null || timeLimit < timeout ? timeLimit : timeout, null);
        var context = host.Begin(attempt, new AttemptStart(packet, function, input.Hooked, timeout, timeLimit, settings.Retries));
        var run = known with { Timeout = timeout, Context = context, Span = AttemptActivity.Begin(packet, settings.Worker, settings.Cluster) };
        var output = new PooledBuffer(64);
        var pending = Invoke(run, input, output);
        if (pending.IsCompletedSuccessfully)
        {
            pending.GetAwaiter().GetResult();
            return new(Returned(run, output));
        }

        host.Suspend(attempt, pending);
        // The span continues with the function; this thread continues with other tasks.
        if (run.Span is not null)
            Activity.Current = null;
        return FinishAsync(pending, run, output);
    }

    private ValueTask Invoke(in Run run, in TaskInput input, PooledBuffer output)
    {
        // A function that continues later has captured the scope.
        var scope = BeginScope(run.Packet);
        try
        {
            return run.Packet.CallbackOf is null
                ? run.Function!.InvokeAsync(new TaskInvocation(run.Context!, input.Args, input.Kwargs), output)
                : CallBackAsync(run.Function!, run.Context!, input, output);
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
    private IDisposable? BeginScope(TaskPacket packet)
    {
        try
        {
            return scoped?.BeginScope(new TaskScope(packet.Id.ToString(), packet.Func, packet.Attempt));
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

    private async ValueTask CallBackAsync(TaskFunction function, PacketContext context, TaskInput input, PooledBuffer output)
    {
        await host.FetchMembersAsync(context).ConfigureAwait(false);
        await function.InvokeAsync(new TaskInvocation(context, input.Args, input.Kwargs), output).ConfigureAwait(false);
    }

    private async ValueTask<AttemptResult> FinishAsync(ValueTask pending, Run run, PooledBuffer output)
    {
        try
        {
            await pending.ConfigureAwait(false);
            return Returned(run, output);
        }
        catch (Exception e)
        {
            output.Dispose();
            return Thrown(run, e);
        }
    }

    private AttemptResult Returned(in Run run, PooledBuffer output)
    {
        using (output)
        {
            if (output.WrittenCount > _maxValue)
            {
                var verdict = TaskVerdict.TooLarge(output.WrittenCount, _maxValue);
                AttemptActivity.End(run.Span, verdict.Error);
                return Ended(run, verdict);
            }

            AttemptActivity.End(run.Span, null);
            return Recorded(run, TaskState.Succeeded, output.WrittenMemory, null);
        }
    }

    private AttemptResult Thrown(in Run run, Exception exception)
    {
        var reason = run.Context!.CancelReason;
        var verdict = TaskVerdict.Of(exception, reason, run.Timeout);
        if (reason == TaskCancelReason.Shutdown && exception is OperationCanceledException)
        {
            AttemptActivity.End(run.Span, null);
            return Ended(run, verdict) with { IsInterrupted = true };
        }

        AttemptActivity.End(run.Span, verdict.Error, exception);
        var decision = verdict.State == TaskState.Failed ? new RetryPolicy(run.Packet, run.Function!.Defaults, settings.Retries).Decide(exception, verdict) : RetryDecision.Final;
        if (decision.Pause is { } pause)
            return Recorded(run, verdict.State, default, verdict.Error.Shortened()) with { Kind = AckKind.Retry, KeepMilliseconds = (long)Math.Ceiling(pause.TotalMilliseconds) };
        return decision.IsGivenUp ? Ended(run, verdict) with { Kind = AckKind.GivenUp } : Ended(run, verdict);
    }

    /// <summary>Another cluster may have the function; the script that saves the outcome decides.</summary>
    private AttemptResult Unknown(in Run run)
    {
        var failed = Ended(run, TaskVerdict.UnknownFunction(run.Packet.Func, functions));
        return settings.HasQueue ? failed with { Kind = AckKind.Unknown } : failed;
    }

    private AttemptResult Refused(byte[] element, string queue, DateTimeOffset started, TaskVerdict verdict)
    {
        // Unchecked: the header itself may be damaged.
        var key = AttemptKey.FromBytes(TaskElement.FieldOf(element));
        var stopped = clock.GetUtcNow();
        var outcome = Outcome(key.Attempt, started, stopped, verdict.State, verdict.Error).ToBytes(new TaskId(key.Id, queue), format);
        return new AttemptResult { Kind = (AckKind)verdict.State, State = verdict.State, Outcome = outcome, KeepMilliseconds = Keep(null, null, verdict.State), Error = verdict.Error };
    }

    private AttemptResult Ended(in Run run, TaskVerdict verdict) => Recorded(run, verdict.State, default, verdict.Error);

    private AttemptResult Recorded(in Run run, TaskState state, ReadOnlyMemory<byte> value, TaskError? error)
    {
        var packet = run.Packet;
        var defaults = run.Function?.Defaults;
        var stopped = clock.GetUtcNow();
        return new AttemptResult
        {
            Kind = (AckKind)state,
            State = state,
            Outcome = Outcome(packet.Attempt, run.Started, stopped, state, error, value, defaults).ToBytes(packet.Id, format),
            KeepMilliseconds = Keep(packet, defaults, state),
            Error = error,
            Func = packet.Func,
            Took = run.Context is null ? null : stopped - run.Started,
        };
    }

    private long Keep(TaskPacket? packet, FunctionDefaults? defaults, TaskState state) =>
        (long)RecordLifetime.Of(packet, defaults, state, settings.ResultTtl, settings.SavesSuccesses).TotalMilliseconds;

    private TaskOutcome Outcome(ushort attempt, DateTimeOffset started, DateTimeOffset stopped, TaskState state, TaskError? error, ReadOnlyMemory<byte> value = default, FunctionDefaults? defaults = null) => new()
    {
        State = state,
        Attempt = attempt,
        Started = started,
        Stopped = stopped,
        Value = value,
        Error = error,
        Worker = settings.Worker,
        Cluster = settings.Cluster,
        NoErrorMail = defaults is { Result.NoErrorMail: true } && state == TaskState.Failed,
    };

    /// <summary>An attempt as far as it has come.</summary>
    private readonly record struct Run
    {
        public required TaskPacket Packet { get; init; }

        /// <summary>Null when it is unknown.</summary>
        public required TaskFunction? Function { get; init; }

        public required DateTimeOffset Started { get; init; }

        public TimeSpan? Timeout { get; init; }

        /// <summary>Null until the function is called.</summary>
        public PacketContext? Context { get; init; }

        public Activity? Span { get; init; }
    }
}
