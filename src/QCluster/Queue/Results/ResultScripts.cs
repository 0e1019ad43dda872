using QCluster.Model;

namespace QCluster.Queue.Results;

/// <summary>The scripts about the records of finished tasks.</summary>
internal sealed class ResultScripts(IScriptTransport transport)
{
    public static readonly QueueScript Records = new("records", KeySuffix.SavedIn(TaskState.Succeeded)) { ReturnsList = true };
    public static readonly QueueScript Saved = new("saved", KeySuffix.Saved) { ReturnsList = true };
    public static readonly QueueScript Save = new("save", KeySuffix.Record);

    /// <summary>The records of the first of these tasks, at least of one: large ones come in parts. Null for a missing one.</summary>
    /// <param name="queue">The queue of all of them.</param>
    /// <param name="ids">At most 1,000.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<byte[]?>> RecordsAsync(string queue, IEnumerable<TaskId> ids, CancellationToken cancellationToken)
    {
        var reply = await transport.RunAsync(new ScriptCall(Records, queue, [.. ids.Select(id => id.ToBytes())]), cancellationToken).ConfigureAwait(false);
        return [.. reply.Items.Select(item => item.IsNil ? null : item.Bytes)];
    }

    /// <summary>Entries of the uncached tasks that ended in a state, newest first. Each begins with its id.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="state">The state.</param>
    /// <param name="first">The first one, from 0 = the newest.</param>
    /// <param name="count">Maximum number.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<byte[][]> SavedAsync(string queue, TaskState state, int first, int count, CancellationToken cancellationToken)
    {
        var call = new ScriptCall(Saved, queue, ScriptCall.Number((int)state), [ScriptCall.Number(first), ScriptCall.Number(first + count - 1)]);
        return [.. (await transport.RunAsync(call, cancellationToken).ConfigureAwait(false)).Items.Select(item => item.Bytes)];
    }

    /// <summary>Saves the record of a task that its caller ran.</summary>
    /// <param name="id">The task.</param>
    /// <param name="element">Its element.</param>
    /// <param name="outcome">Its signed outcome.</param>
    /// <param name="keep">The time to keep the record, as in <c>finish.lua</c>.</param>
    /// <param name="kind">The kind of its end.</param>
    /// <param name="attempts">The outcomes of the previous attempts.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task SaveAsync(TaskId id, byte[] element, byte[] outcome, TimeSpan keep, AckKind kind, IEnumerable<byte[]> attempts, CancellationToken cancellationToken) =>
        transport.RunAsync(new ScriptCall(Save, id.Queue, id.ToBytes(), [element, outcome, ScriptCall.Number((long)keep.TotalMilliseconds), ScriptCall.Number((int)kind), .. attempts]), cancellationToken);
}
