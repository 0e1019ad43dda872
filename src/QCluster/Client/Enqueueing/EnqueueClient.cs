using QCluster.Execution.Telemetry;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Queue.Tasks;
using QCluster.Client.Results;
using QCluster.Client.Inline;
using QCluster.Wire.Packets;

namespace QCluster.Client.Enqueueing;

/// <summary>Enqueues single tasks and bulks of them.</summary>
internal sealed class EnqueueClient(TaskScripts tasks, TaskComposer composer, TaskStore store, SyncRunner sync, QClusterOptions settings, TimeProvider clock)
{
    public Task<string> EnqueueAsync(TaskCall call, TaskOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(call);
        options ??= new TaskOptions();
        return EnqueueActivity.RunAsync(options.Queue ?? settings.Queue, call.Func, sending => SendAsync(call, options, sending, cancellationToken));
    }

    public Task<IReadOnlyList<string>> EnqueueBulkAsync(IEnumerable<TaskCall> calls, TaskOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(calls);
        options ??= new TaskOptions();
        return EnqueueActivity.RunAsync(options.Queue ?? settings.Queue, null, sending => SendBulkAsync(calls, options, sending, cancellationToken));
    }

    /// <summary>Enqueues a finished task again, as a new one.</summary>
    public async Task<string> EnqueueAgainAsync(string idOrName, CancellationToken cancellationToken)
    {
        var task = await store.ResolveAsync(idOrName, cancellationToken).ConfigureAwait(false) ?? throw new UnknownTaskException(idOrName);
        var lookup = await store.WaitAsync(task, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        if (lookup.Place == TaskPlace.Unknown)
            throw new UnknownTaskException(idOrName);
        if (lookup.Place != TaskPlace.Finished)
            throw new InvalidOperationException($"The task {idOrName} is not finished: only finished tasks can be run again.");
        var packet = (lookup.Record.IsEmpty ? null : store.Decoder.PacketOf(task, lookup.Record))
            ?? throw new InvalidOperationException($"The arguments of the task {idOrName} were not kept, or were refused, so it cannot be run again.");
        packet = packet with { Attachment = await SourceOfAsync(packet, cancellationToken).ConfigureAwait(false) };
        var id = TaskId.New(task.Queue, clock);
        var element = composer.Recompose(id, packet);
        await tasks.EnqueueOrThrowAsync(new EnqueueBatch(id.Queue, packet.Lane, [element]), cancellationToken).ConfigureAwait(false);
        return id.ToString();
    }

    /// <summary>The record of the task that a hook, a callback or a step of a chain follows from; a record itself is kept without it.</summary>
    private async Task<ReadOnlyMemory<byte>> SourceOfAsync(TaskPacket packet, CancellationToken cancellationToken)
    {
        if ((packet.HookOf ?? packet.Previous ?? packet.ValueOf) is not { } source)
            return default;
        if (source.Length == 0)
            throw new InvalidOperationException($"The task {packet.Id} is the hook of the chain {packet.Group}, and is only called at its end: it cannot be run again.");
        if (TaskId.TryParse(source, out var id)
            && await store.WaitAsync(id.Value, TimeSpan.Zero, cancellationToken).ConfigureAwait(false) is { Place: TaskPlace.Finished, Record.IsEmpty: false } lookup)
            return lookup.Record;
        throw new InvalidOperationException($"The task {packet.Id} takes the result of the task {source}, whose record is gone: it cannot be run again.");
    }

    private async Task<string> SendAsync(TaskCall call, TaskOptions options, EnqueueActivity? sending, CancellationToken cancellationToken)
    {
        options.Validate();
        var id = TaskId.New(options.Queue ?? settings.Queue, clock);
        sending?.TellId(id.ToString());
        var element = composer.Compose(id, call, options);
        if (options.Sync)
        {
            await sync.RunAsync(call.Func, element, id.Queue, null, cancellationToken).ConfigureAwait(false);
            return id.ToString();
        }

        return (await SendElementsAsync([element], id.Queue, options, call.Func, cancellationToken).ConfigureAwait(false) ?? id).ToString();
    }

    private async Task<IReadOnlyList<string>> SendBulkAsync(IEnumerable<TaskCall> calls, TaskOptions options, EnqueueActivity? sending, CancellationToken cancellationToken)
    {
        options.Validate();
        if (options.UniqueKey is not null || options.Immediate)
            throw new ArgumentException("UniqueKey and Immediate are for single calls: with the same key only one call would be enqueued, and with Immediate only some calls might find a slot.", nameof(options));
        var queue = options.Queue ?? settings.Queue;
        var ids = new List<string>();
        var elements = new List<byte[]>();
        var functions = new List<string>();
        foreach (var call in calls)
        {
            if (call is null)
                throw new ArgumentException($"Call {elements.Count + 1} of the bulk is null.", nameof(calls));
            var id = TaskId.New(queue, clock);
            elements.Add(composer.Compose(id, call, options));
            ids.Add(id.ToString());
            functions.Add(call.Func);
        }

        sending?.Count = ids.Count;
        if (options.Sync)
        {
            for (var i = 0; i < elements.Count; i++)
                await sync.RunAsync(functions[i], elements[i], queue, null, cancellationToken).ConfigureAwait(false);
        }
        else if (elements.Count > 0)
        {
            await SendElementsAsync(elements, queue, options, null, cancellationToken).ConfigureAwait(false);
        }

        return ids;
    }

    /// <summary>The task that holds the unique key of the given one, if there is one.</summary>
    private async Task<TaskId?> SendElementsAsync(IReadOnlyList<byte[]> elements, string queue, TaskOptions options, string? function, CancellationToken cancellationToken)
    {
        var answer = await tasks.EnqueueAsync(Batch(elements, queue, options) with { DemandedFunction = function }, cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            null => null,
            [(byte)EnqueueDemand.Cluster] => throw new QueueNotServedException(queue),
            [(byte)EnqueueDemand.Slot] => throw new NoFreeSlotException(queue),
            _ when QueueRefusal.IsOne(answer) => throw QueueRefusal.Error(answer, queue, elements.Count),
            { Length: 1 } => throw new NotRegisteredException(function ?? "", $"in any live cluster that serves the queue '{queue}', and the call is mandatory: nothing was enqueued. Start a cluster with --app of the assembly that has it."),
            _ => TaskId.FromBytes(answer, queue),
        };
    }

    private static EnqueueBatch Batch(IReadOnlyList<byte[]> elements, string queue, TaskOptions options) =>
        new(queue, options.Lane, elements, options.Delay, options.Eta, Fresh: true, options.Immediate ? EnqueueDemand.Slot : options.Mandatory ? EnqueueDemand.Cluster : EnqueueDemand.None);
}
