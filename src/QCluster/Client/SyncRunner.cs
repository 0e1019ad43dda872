using System.Globalization;
using QCluster.Broker;
using QCluster.Functions;
using QCluster.Wire;

namespace QCluster;

/// <summary>Runs a task in its caller's process, through the bytes that would have travelled, and saves the record that a worker would have.</summary>
internal sealed class SyncRunner(IBroker broker, QClusterOptions settings, PacketSigner signer, WireLimits limits, RecordDecoder decoder, FunctionRegistry? functions, IServiceProvider? services, TimeProvider clock)
{
    /// <param name="element">The task.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="asSaved">What to save for it, once its state is known; null = the same element.</param>
    /// <param name="cancellationToken">Cancels the task.</param>
    public async Task RunAsync(byte[] element, string queue, Func<TaskState, byte[]>? asSaved, CancellationToken cancellationToken)
    {
        if (functions is null)
            throw new InvalidOperationException("A task with Sync runs in this process, which has no functions: give the client a FunctionRegistry, or register one with the services.");
        functions.Freeze(services ?? EmptyServices.Instance, new ValueSerializer(settings.Json));

        var packet = TaskPacket.Read(element, queue, signer, limits);
        var started = clock.GetUtcNow();
        using var output = new PooledBuffer();
        var verdict = await InvokeAsync(packet, output, cancellationToken).ConfigureAwait(false);
        var outcome = new TaskOutcome
        {
            State = verdict?.State ?? TaskState.Succeeded,
            Attempt = packet.Attempt,
            Started = started,
            Stopped = clock.GetUtcNow(),
            Value = verdict is null ? output.WrittenMemory : default,
            Error = verdict?.Error,
            Worker = "sync",
            Cluster = Environment.MachineName,
        };
        var keep = outcome.State == TaskState.Succeeded && packet.IgnoreResult ? TimeSpan.Zero : packet.ResultTtl ?? -settings.ResultTtl;
        var call = new ScriptCall(
            QueueScript.Save,
            queue,
            "r:",
            packet.Id.ToBytes(),
            asSaved?.Invoke(outcome.State) ?? element,
            outcome.ToBytes(packet.Id, signer, settings.Compress),
            ScriptCall.Number((long)keep.TotalMilliseconds),
            ScriptCall.Text(((int)outcome.State).ToString(CultureInfo.InvariantCulture)));
        await broker.RunAsync(call, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Null when it succeeded.</summary>
    private async Task<TaskVerdict?> InvokeAsync(TaskPacket packet, PooledBuffer output, CancellationToken cancellationToken)
    {
        if (!functions!.TryGet(packet.Func, out var function))
            return TaskVerdict.UnknownFunction(packet.Func, functions);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (packet.Timeout is { } limit)
            timeout.CancelAfter(limit);
        var input = TaskInput.Of(packet, decoder, signer, limits);
        var context = new SyncContext(functions.Services, packet, input.Hooked, timeout, cancellationToken);
        try
        {
            var pending = function.InvokeAsync(new TaskInvocation(context, input.Args.Span, input.Kwargs.Span), output);
            await pending.ConfigureAwait(false);
            return null;
        }
#pragma warning disable CA1031 // Whatever the function throws is the task's outcome.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return TaskVerdict.Of(e, context.CancelReason, packet.Timeout);
        }
    }
}
