using Microsoft.Extensions.DependencyInjection;
using QCluster.Faults;
using QCluster.Functions;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Roles;
using QCluster.Redis;
using QCluster.Retries;
using QCluster.Wire;

namespace QCluster.Hosting.Worker;

/// <summary>Runs one task and makes its outcome; whatever the task or its packet does, there is one.</summary>
internal sealed class TaskRunner(ChildSettings settings, FunctionRegistry functions, IServiceProvider services, SlotTable slots)
{
    private readonly PacketSigner _signer = new(settings.Name, settings.Secrets);
    private readonly WireLimits _limits = new() { MaxLength = settings.MaxPacketBytes };
    private readonly RecordDecoder _decoder = new(new PacketSigner(settings.Name, settings.Secrets), new WireLimits { MaxLength = settings.MaxPacketBytes }, ValueSerializer.Default);
    private readonly TimeSpan? _timeout = settings.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
    private readonly TimeSpan? _maxAge = settings.MaxAgeSeconds is { } age ? TimeSpan.FromSeconds(age) : null;
    private readonly RetrySettings _retries = new(settings.MaxAttempts, TimeSpan.FromSeconds(settings.RetryBackoffSeconds), TimeSpan.FromSeconds(settings.RetryBackoffMaxSeconds));
    private readonly long _grace = (long)(settings.GraceSeconds * 1000);
    private readonly TimeSpan _resultTtl = TimeSpan.FromSeconds(settings.ResultTtlSeconds);

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
            Fail(task, null, started, FailureReason.Refused, "The packet was refused: " + e.Message);
            return default;
        }

        if (task.IsCancelled)
        {
            Report(task, packet, started, TaskState.Cancelled, default, new TaskError(FailureReason.Cancelled, null, "Cancelled before it was begun.", null));
            return default;
        }

        if (_maxAge is { } oldest && started - packet.Id.Created > oldest)
        {
            Fail(task, packet, started, FailureReason.Refused, $"It was made at {packet.Id.Created:u}, which is longer ago than is allowed here (max_age).");
            return default;
        }

        if (packet.Expires is { } expires && expires < started)
        {
            Fail(task, packet, started, FailureReason.Expired, $"It was to start before {expires:u}, and a worker came to it at {started:u}.");
            return default;
        }

        if (!functions.TryGet(packet.Func, out var function))
        {
            Conclude(task, packet, started, TaskVerdict.UnknownFunction(packet.Func, functions));
            return default;
        }

        if (function.Defaults.Rate is { } rate && packet.Rate is null && !TaskElement.HasItem(task.Element, 'l'))
        {
            var limits = new FollowUps();
            limits.AddRate(rate, packet.Func);
            task.Report = new TaskReport(AckKind.Limited, limits.ToItems(), 0);
            return default;
        }

        var now = Environment.TickCount64;
        var timeout = packet.Timeout ?? function.Defaults.Timeout ?? _timeout;
        var timeLimit = packet.TimeLimit ?? function.Defaults.TimeLimit;
        var deadline = timeout is { } limit ? now + Math.Max(1, (long)limit.TotalMilliseconds) : 0;
        var context = new WorkerTaskContext(services, task.Attempt, settings.Queues[task.Attempt.Queue], packet, input.Hooked, slots, task.Slot, deadline, task);
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

        var run = new TaskRun(task, packet, function, started, timeout);
        var output = new PooledBuffer(64);
        var pending = packet.CallbackOf is null
            ? function.InvokeAsync(new TaskInvocation(context, input.Args.Span, input.Kwargs.Span), output)
            : CallBackAsync(run, context, input, output);
        if (!pending.IsCompletedSuccessfully)
            return FinishAsync(pending, run, output);
        pending.GetAwaiter().GetResult();
        Succeed(run, output);
        return default;
    }

    /// <summary>The callback of a set: the records of its tasks are fetched first.</summary>
    private async ValueTask CallBackAsync(TaskRun run, FunctionContext context, TaskInput input, PooledBuffer output)
    {
        var client = services.GetRequiredService<IQClusterClient>();
        var group = $"{run.Packet.CallbackOf}@{settings.Queues[run.Task.Attempt.Queue]}";
        context.Members = [.. await client.FetchGroup(group, cancellationToken: context.CancellationToken).ConfigureAwait(false) ?? throw new UnknownTaskException(group)];
        await run.Function.InvokeAsync(new TaskInvocation(context, input.Args.Span, input.Kwargs.Span), output).ConfigureAwait(false);
    }

    private RetryPolicy PolicyOf(TaskPacket packet, TaskFunction function) => new(packet, function.Defaults, _retries);

    private async ValueTask FinishAsync(ValueTask pending, TaskRun run, PooledBuffer output)
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

    private void Succeed(TaskRun run, PooledBuffer output)
    {
        using (output)
        {
            if (output.WrittenCount > settings.MaxPacketBytes)
                Fail(run.Task, run.Packet, run.Started, FailureReason.InvalidResult, $"The result has {output.WrittenCount} bytes; at most {settings.MaxPacketBytes} are accepted (max_packet_bytes). Return a reference to the data instead.");
            else
                Report(run.Task, run.Packet, run.Started, TaskState.Succeeded, output.WrittenMemory, null, run.Function.Defaults);
        }
    }

    private void Judge(TaskRun run, Exception exception)
    {
        var reason = run.Task.Context!.CancelReason;
        // Null report = it runs again elsewhere.
        if (reason == TaskCancelReason.Shutdown && exception is OperationCanceledException)
            return;
        var verdict = TaskVerdict.Of(exception, reason, run.Timeout);
        var decision = verdict.State == TaskState.Failed ? PolicyOf(run.Packet, run.Function).Decide(exception, verdict) : RetryDecision.Final;
        if (decision.Pause is { } pause)
            run.Task.Report = new TaskReport(AckKind.Retry, OutcomeOf(run.Task, run.Started, verdict.State, default, Shortened(verdict.Error), run.Function.Defaults), (long)Math.Ceiling(pause.TotalMilliseconds));
        else
            Report(run.Task, run.Packet, run.Started, verdict.State, default, verdict.Error, run.Function.Defaults, decision.IsGivenUp);
    }

    /// <summary>A task keeps the errors of many attempts.</summary>
    private static TaskError Shortened(TaskError error)
    {
        const int message = 1000, stack = 2000;
        return error with
        {
            Message = error.Message.Length > message ? error.Message[..message] : error.Message,
            Stack = error.Stack?.Length > stack ? error.Stack[..stack] : error.Stack,
        };
    }

    private void Fail(HeldTask task, TaskPacket? packet, DateTimeOffset started, FailureReason reason, string message) =>
        Conclude(task, packet, started, TaskVerdict.Failed(reason, message));

    private void Conclude(HeldTask task, TaskPacket? packet, DateTimeOffset started, TaskVerdict verdict) =>
        Report(task, packet, started, verdict.State, default, verdict.Error);

    private void Report(HeldTask task, TaskPacket? packet, DateTimeOffset started, TaskState state, ReadOnlyMemory<byte> value, TaskError? error, FunctionDefaults? defaults = null, bool isGivenUp = false)
    {
        var keep = Keep(packet, defaults, state);
        task.Report = new TaskReport(isGivenUp ? AckKind.GivenUp : (AckKind)state, OutcomeOf(task, started, state, value, error, defaults), (long)keep.TotalMilliseconds);
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
        return outcome.ToBytes(new TaskId(task.Attempt.Key.Id, settings.Queues[task.Attempt.Queue]), _signer, settings.Compress);
    }

    /// <summary>Zero = not at all; negative = among the last uncached ones.</summary>
    private TimeSpan Keep(TaskPacket? packet, FunctionDefaults? defaults, TaskState state)
    {
        var isUnwanted = packet is { IgnoreResult: true } || defaults is { IgnoreResult: true } || (settings.SaveLimit < 0 && packet is { Save: false, ResultTtl: null });
        return isUnwanted && state == TaskState.Succeeded ? TimeSpan.Zero : packet?.ResultTtl ?? -_resultTtl;
    }
}
