using System.Globalization;
using QCluster.Broker;
using QCluster.Functions;
using QCluster.Inline;
using QCluster.Results;
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
        functions.Freeze(services ?? EmptyServices.Instance, ValueSerializer.Of(settings));

        var runner = new InlineRunner(settings, signer, limits, decoder, functions, clock);
        var attempts = new List<byte[]>();
        for (var number = 1; ; number++)
        {
            var attempt = await runner.RunAsync(TaskElement.Numbered(element, (ushort)number), queue, null, cancellationToken).ConfigureAwait(false);
            if (attempt.Decision.Pause is null)
            {
                await SaveAsync(attempt, asSaved?.Invoke(attempt.Outcome.State) ?? element, attempts, queue).ConfigureAwait(false);
                return;
            }

            // Here and now: without the pause.
            attempts.Add(attempt.Outcome.ToBytes(attempt.Packet!.Id, signer, settings.Compress));
        }
    }

    private async Task SaveAsync(InlineAttempt attempt, byte[] element, List<byte[]> attempts, string queue)
    {
        var id = new TaskId(TaskElement.Read(element).Key.Id, queue);
        var keep = RecordLifetime.Of(attempt.Packet, attempt.Defaults, attempt.Outcome.State, settings.ResultTtl);
        var call = new ScriptCall(
            QueueScript.Save,
            queue,
            "r:",
            id.ToBytes(),
            [
                element,
                attempt.Outcome.ToBytes(id, signer, settings.Compress),
                ScriptCall.Number((long)keep.TotalMilliseconds),
                ScriptCall.Text(((int)attempt.Kind).ToString(CultureInfo.InvariantCulture)),
                .. attempts,
            ]);
        await broker.RunAsync(call, CancellationToken.None).ConfigureAwait(false);
    }
}
