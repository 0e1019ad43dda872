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
    private readonly TimeSpan? _timeout = settings.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
    private readonly TimeSpan _resultTtl = TimeSpan.FromSeconds(settings.ResultTtlSeconds);

    /// <summary>Completes synchronously for a synchronous function. Null report = it was stopped by a shutdown and is to run elsewhere.</summary>
    public ValueTask RunAsync(HeldTask task, Action<HeldTask> starting)
    {
        var started = DateTimeOffset.UtcNow;
        TaskPacket packet;
        try
        {
            packet = TaskPacket.Read(task.Element, settings.Queues[task.Attempt.Queue], _signer, _limits);
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

        if (packet.Expires is { } expires && expires < started)
        {
            Fail(task, packet, started, FailureReason.Expired, $"It was to start before {expires:u}, and a worker came to it at {started:u}.");
            return default;
        }

        if (!functions.TryGet(packet.Func, out var function))
        {
            Fail(task, packet, started, FailureReason.UnknownFunction, UnknownFunction(packet.Func));
            return default;
        }

        var now = Environment.TickCount64;
        var timeout = packet.Timeout ?? _timeout;
        var deadline = timeout is { } limit ? now + Math.Max(1, (long)limit.TotalMilliseconds) : 0;
        var context = new WorkerTaskContext(services, task.Attempt, settings.Queues[task.Attempt.Queue], packet, slots, task.Slot, deadline);
        task.Context = context;
        Span<byte> attempt = stackalloc byte[AttemptKey.ByteLength];
        task.Attempt.Key.CopyTo(attempt);
        // [crash point 5] From here on the task has begun: a death counts.
        slots.Begin(task.Slot, attempt, task.Attempt.Queue, now, deadline);
        starting(task);

        var output = new PooledBuffer(64);
        var pending = function.InvokeAsync(new TaskInvocation(context, packet.Args.Span, packet.Kwargs.Span), output);
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
        switch (task.Context!.CancelReason)
        {
            case TaskCancelReason.Timeout:
                Fail(task, packet, started, FailureReason.Timeout, $"It ran longer than its time-out of {timeout?.TotalSeconds:0.###} s and stopped when it was told to.", exception);
                return;
            case TaskCancelReason.User:
                Report(task, packet, started, TaskState.Cancelled, default, Describe(FailureReason.Cancelled, "Cancelled while it ran.", exception));
                return;
            case TaskCancelReason.Shutdown when exception is OperationCanceledException:
                return;
        }

        var reason = exception switch
        {
            ArgumentBindingException binding => binding.Reason,
            InvalidResultException result => result.Reason,
            _ => FailureReason.Exception,
        };
        Fail(task, packet, started, reason, exception.Message, reason == FailureReason.Exception ? exception : null);
    }

    private void Fail(HeldTask task, TaskPacket? packet, DateTimeOffset started, FailureReason reason, string message, Exception? exception = null) =>
        Report(task, packet, started, TaskState.Failed, default, Describe(reason, message, exception));

    private static TaskError Describe(FailureReason reason, string message, Exception? exception) =>
        new(reason, exception?.GetType().FullName, message, exception?.InnerException is null ? exception?.StackTrace : exception.ToString());

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
        var keep = packet is { IgnoreResult: true } && state == TaskState.Succeeded ? TimeSpan.Zero : packet?.ResultTtl ?? _resultTtl;
        task.Report = new TaskReport(state, outcome.ToBytes(new TaskId(task.Attempt.Key.Id, settings.Queues[task.Attempt.Queue]), _signer, settings.Compress), (long)keep.TotalMilliseconds);
    }

    private string UnknownFunction(string name)
    {
        const int most = 20;
        var names = functions.Names.Order(StringComparer.Ordinal).ToArray();
        var shown = string.Join(", ", names.Take(most)) + (names.Length > most ? $" and {names.Length - most} more" : "");
        return $"No function '{name}' is registered in the worker. Start the cluster with --app of the assembly that has it, or register it. Registered: {(names.Length == 0 ? "none" : shown)}.";
    }
}
