using System.Globalization;
using QCluster.Broker;
using QCluster.Functions;
using QCluster.Retries;
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

        var attempts = new List<byte[]>();
        for (var number = 1; ; number++)
        {
            var packet = TaskPacket.Read(Numbered(element, number), queue, signer, limits);
            var started = clock.GetUtcNow();
            using var output = new PooledBuffer();
            var (verdict, decision, defaults) = await InvokeAsync(packet, output, cancellationToken).ConfigureAwait(false);
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
                NoErrorMail = defaults.NoErrorMail,
            };
            if (decision.Pause is null)
            {
                await SaveAsync(packet, outcome, decision.IsGivenUp, defaults, asSaved?.Invoke(outcome.State) ?? element, attempts, queue).ConfigureAwait(false);
                return;
            }

            // Here and now: without the pause.
            attempts.Add(outcome.ToBytes(packet.Id, signer, settings.Compress));
        }
    }

    private static byte[] Numbered(byte[] element, int number)
    {
        var copy = (byte[])element.Clone();
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(copy.AsSpan(TaskElement.FieldOffset), (ushort)number);
        return copy;
    }

    private async Task SaveAsync(TaskPacket packet, TaskOutcome outcome, bool isGivenUp, FunctionDefaults defaults, byte[] element, List<byte[]> attempts, string queue)
    {
        var isUnwanted = packet.IgnoreResult || defaults.IgnoreResult;
        var keep = outcome.State == TaskState.Succeeded && isUnwanted ? TimeSpan.Zero : packet.ResultTtl ?? -settings.ResultTtl;
        var call = new ScriptCall(
            QueueScript.Save,
            queue,
            "r:",
            packet.Id.ToBytes(),
            [
                element,
                outcome.ToBytes(packet.Id, signer, settings.Compress),
                ScriptCall.Number((long)keep.TotalMilliseconds),
                ScriptCall.Text(isGivenUp ? "7" : ((int)outcome.State).ToString(CultureInfo.InvariantCulture)),
                .. attempts,
            ]);
        await broker.RunAsync(call, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>No verdict when it succeeded.</summary>
    private async Task<(TaskVerdict? Verdict, RetryDecision Decision, FunctionDefaults Defaults)> InvokeAsync(TaskPacket packet, PooledBuffer output, CancellationToken cancellationToken)
    {
        if (!functions!.TryGet(packet.Func, out var function))
            return (TaskVerdict.UnknownFunction(packet.Func, functions), RetryDecision.Final, FunctionDefaults.None);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if ((packet.Timeout ?? function.Defaults.Timeout) is { } limit)
            timeout.CancelAfter(limit);
        var input = TaskInput.Of(packet, decoder, signer, limits);
        var context = new SyncContext(functions.Services, packet, input.Hooked, timeout, cancellationToken);
        try
        {
            var pending = function.InvokeAsync(new TaskInvocation(context, input.Args.Span, input.Kwargs.Span), output);
            await pending.ConfigureAwait(false);
            return (null, RetryDecision.Final, function.Defaults);
        }
#pragma warning disable CA1031 // Whatever the function throws is the task's outcome.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var verdict = TaskVerdict.Of(e, context.CancelReason, packet.Timeout);
            var decision = verdict.State == TaskState.Failed ? new RetryPolicy(packet, function.Defaults, RetrySettings.Default).Decide(e, verdict) : RetryDecision.Final;
            return (verdict, decision, function.Defaults);
        }
    }
}
