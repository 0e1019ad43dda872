using QCluster.Faults;
using QCluster.Functions;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Roles;
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

        var now = Environment.TickCount64;
        var timeout = packet.Timeout ?? _timeout;
        var deadline = timeout is { } limit ? now + Math.Max(1, (long)limit.TotalMilliseconds) : 0;
        var context = new WorkerTaskContext(services, task.Attempt, settings.Queues[task.Attempt.Queue], packet, input.Hooked, slots, task.Slot, deadline);
        task.Context = context;
        Span<byte> attempt = stackalloc byte[AttemptKey.ByteLength];
        task.Attempt.Key.CopyTo(attempt);
        FaultPoint.Pass(CrashPoint.NotBegun);
        slots.Begin(task.Slot, attempt, task.Attempt.Queue, now, deadline);
        FaultPoint.Pass(CrashPoint.Begun);
        starting(task);

        var output = new PooledBuffer(64);
        var pending = function.InvokeAsync(new TaskInvocation(context, input.Args.Span, input.Kwargs.Span), output);
        if (!pending.IsCompletedSuccessfully)
            return FinishAsync(pending, task, packet, started, timeout, output);
        pending.GetAwaiter().GetResult();
        Succeed(task, packet, started, output);
        return default;
    }

    private async ValueTask FinishAsync(ValueTask pending, HeldTask task, TaskPacket packet, DateTimeOffset started, TimeSpan? timeout, PooledBuffer output)
    {
        try
        {
            await pending.ConfigureAwait(false);
            Succeed(task, packet, started, output);
        }
        catch (Exception e)
        {
            output.Dispose();
            Judge(task, packet, started, timeout, e);
        }
    }

    private void Succeed(HeldTask task, TaskPacket packet, DateTimeOffset started, PooledBuffer output)
    {
        using (output)
        {
            if (output.WrittenCount > settings.MaxPacketBytes)
                Fail(task, packet, started, FailureReason.InvalidResult, $"The result has {output.WrittenCount} bytes; at most {settings.MaxPacketBytes} are accepted (max_packet_bytes). Return a reference to the data instead.");
            else
                Report(task, packet, started, TaskState.Succeeded, output.WrittenMemory, null);
        }
    }

    private void Judge(HeldTask task, TaskPacket packet, DateTimeOffset started, TimeSpan? timeout, Exception exception)
    {
        var reason = task.Context!.CancelReason;
        // Null report = it runs again elsewhere.
        if (reason != TaskCancelReason.Shutdown || exception is not OperationCanceledException)
            Conclude(task, packet, started, TaskVerdict.Of(exception, reason, timeout));
    }

    private void Fail(HeldTask task, TaskPacket? packet, DateTimeOffset started, FailureReason reason, string message) =>
        Conclude(task, packet, started, TaskVerdict.Failed(reason, message));

    private void Conclude(HeldTask task, TaskPacket? packet, DateTimeOffset started, TaskVerdict verdict) =>
        Report(task, packet, started, verdict.State, default, verdict.Error);

    private void Report(HeldTask task, TaskPacket? packet, DateTimeOffset started, TaskState state, ReadOnlyMemory<byte> value, TaskError? error)
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
        };
        var keep = Keep(packet, state);
        task.Report = new TaskReport(state, outcome.ToBytes(new TaskId(task.Attempt.Key.Id, settings.Queues[task.Attempt.Queue]), _signer, settings.Compress), (long)keep.TotalMilliseconds);
    }

    /// <summary>Zero = not at all; negative = among the last uncached ones.</summary>
    private TimeSpan Keep(TaskPacket? packet, TaskState state)
    {
        var isUnwanted = packet is { IgnoreResult: true } || (settings.SaveLimit < 0 && packet is { Save: false, ResultTtl: null });
        return isUnwanted && state == TaskState.Succeeded ? TimeSpan.Zero : packet?.ResultTtl ?? -_resultTtl;
    }
}
