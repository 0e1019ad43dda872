using System.Globalization;
using QCluster.Model;

namespace QCluster.Queue.Tasks;

/// <summary>The scripts about single tasks.</summary>
internal sealed class TaskScripts(IScriptTransport transport)
{
    public static readonly QueueScript Lookup = new("lookup", KeySuffix.Record)
    {
        ReturnsList = true,
        IsOver = static reply => KindOf(reply) != Unfinished,
        FromMessage = static record => ScriptReply.Of([ScriptReply.Of([(byte)Finished]), ScriptReply.Of(record.ToArray())]),
    };

    public static readonly QueueScript CancelOne = new("cancel", KeySuffix.Record);
    public static readonly QueueScript Named = new("name_look", KeySuffix.Name);
    public static readonly QueueScript WaitingIds = new("waiting_ids", KeySuffix.Registrations) { ReturnsList = true };
    public static readonly QueueScript Forget = new("forget", KeySuffix.Record);

    private const char Finished = 'r';
    private const char Unfinished = 'w';

    /// <inheritdoc cref="IScriptTransport.EnqueueAsync" />
    public Task<byte[]?> EnqueueAsync(EnqueueBatch batch, CancellationToken cancellationToken) => transport.EnqueueAsync(batch, cancellationToken);

    /// <summary>Enqueues one task that demands nothing.</summary>
    /// <exception cref="QueueFullException">The queue has a limit and no room.</exception>
    public async Task EnqueueOrThrowAsync(EnqueueBatch batch, CancellationToken cancellationToken)
    {
        var answer = await transport.EnqueueAsync(batch, cancellationToken).ConfigureAwait(false);
        if (QueueRefusal.IsOne(answer))
            throw QueueRefusal.Error(answer!, batch.Queue, batch.Elements.Count);
    }

    /// <summary>Looks a task up, without waiting.</summary>
    public Task<TaskLookup> LookupAsync(TaskId id, CancellationToken cancellationToken) => WaitAsync(id, TimeSpan.Zero, cancellationToken);

    /// <summary>Waits until the task has finished, or the time has passed. An unknown id is answered at once.</summary>
    public async Task<TaskLookup> WaitAsync(TaskId id, TimeSpan wait, CancellationToken cancellationToken)
    {
        var bytes = id.ToBytes();
        return Read(await transport.WaitAsync(new ScriptCall(Lookup, id.Queue, bytes, [bytes]), id.Value, wait, cancellationToken).ConfigureAwait(false));
    }

    /// <param name="id">The task.</param>
    /// <param name="outcome">The signed outcome to save if the task can be cancelled at once.</param>
    /// <param name="keep">The time to keep the record.</param>
    /// <param name="cancellationToken">Ends the call, not its effect.</param>
    public async Task<CancelResult> CancelAsync(TaskId id, byte[] outcome, TimeSpan keep, CancellationToken cancellationToken)
    {
        var bytes = id.ToBytes();
        var reply = await transport.RunAsync(new ScriptCall(CancelOne, id.Queue, bytes, [bytes, outcome, ScriptCall.Number((long)keep.TotalMilliseconds)]), cancellationToken).ConfigureAwait(false);
        return reply.Text switch
        {
            "cancelled" => CancelResult.Cancelled,
            "requested" => CancelResult.Requested,
            "finished" => CancelResult.AlreadyFinished,
            _ => CancelResult.Unknown,
        };
    }

    /// <summary>The task that was enqueued last under a name; null if there is none.</summary>
    public async Task<TaskId?> NamedAsync(string name, string queue, CancellationToken cancellationToken)
    {
        var reply = await transport.RunAsync(new ScriptCall(Named, queue, ScriptCall.Text(name), []), cancellationToken).ConfigureAwait(false);
        return reply.IsNil ? null : TaskId.FromBytes(reply.Bytes, queue);
    }

    /// <summary>A few hundred of the waiting and delayed tasks of a queue; none at the end.</summary>
    public async Task<IReadOnlyList<TaskId>> WaitingAsync(string queue, CancellationToken cancellationToken) =>
        [.. (await transport.RunAsync(new ScriptCall(WaitingIds, queue), cancellationToken).ConfigureAwait(false)).Items.Select(i => TaskId.FromBytes(i.Bytes, queue))];

    /// <summary>Removes a record; false if there was none.</summary>
    /// <param name="id">The task.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <param name="state">The state whose list of uncached tasks contains the task.</param>
    /// <param name="entry">Its entry in that list. Null: the list is not changed.</param>
    public async Task<bool> ForgetAsync(TaskId id, CancellationToken cancellationToken, TaskState state = default, byte[]? entry = null)
    {
        byte[] place = entry is null ? [] : [(byte)('0' + (int)state), .. entry];
        return (await transport.RunAsync(new ScriptCall(Forget, id.Queue, id.ToBytes(), [place]), cancellationToken).ConfigureAwait(false)).Number == 1;
    }

    private static char KindOf(ScriptReply reply) => (char)reply[0].Bytes[0];

    private static TaskLookup Read(ScriptReply reply) => KindOf(reply) switch
    {
        Finished => new TaskLookup(TaskPlace.Finished, Record: reply[1].Bytes),
        'q' => new TaskLookup(TaskPlace.Waiting, Ahead: reply[2].IsNil ? null : reply[2].Number, Element: ElementAt(reply, 3)) { Lane = LaneOf(reply) },
        'i' => new TaskLookup(TaskPlace.Waiting) { Lane = LaneOf(reply) },
        'd' => new TaskLookup(TaskPlace.Delayed, Due: reply[2].IsNil ? null : DateTimeOffset.FromUnixTimeMilliseconds((long)double.Parse(reply[2].Text, CultureInfo.InvariantCulture)), Element: ElementAt(reply, 3)) { Lane = LaneOf(reply) },
        'p' => new TaskLookup(TaskPlace.Limited, Element: ElementAt(reply, 2)) { Lane = LaneOf(reply) },
        'f' => new TaskLookup(TaskPlace.InFlight, Incarnation: reply[2].Text, Cluster: reply[3].IsNil ? null : reply[3].Text, Element: ElementAt(reply, 4)) { Lane = LaneOf(reply) },
        Unfinished => new TaskLookup(TaskPlace.Unfinished),
        _ => default,
    };

    private static TaskLane LaneOf(ScriptReply reply) => TaskLane.Parse((char)reply[1].Bytes[0]);

    private static ReadOnlyMemory<byte> ElementAt(ScriptReply reply, int at) => reply.Items.Count > at && !reply[at].IsNil ? reply[at].Bytes : default(ReadOnlyMemory<byte>);
}
