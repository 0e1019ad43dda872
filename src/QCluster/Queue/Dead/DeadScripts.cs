using QCluster.Model;

namespace QCluster.Queue.Dead;

/// <summary>The scripts about dead-lettered tasks.</summary>
internal sealed class DeadScripts(IScriptTransport transport)
{
    public static readonly QueueScript List = new("dead_list", KeySuffix.Dead) { ReturnsList = true };
    public static readonly QueueScript Remove = new("dead_remove", KeySuffix.Dead);

    /// <summary>Returns the length of the list, and some of its ids.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="skip">Number to skip.</param>
    /// <param name="limit">Maximum number.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<(long Total, IReadOnlyList<TaskId> Ids)> ListAsync(string queue, int skip, int limit, CancellationToken cancellationToken)
    {
        var reply = await transport.RunAsync(new ScriptCall(List, queue, [ScriptCall.Number(skip), ScriptCall.Number(limit)]), cancellationToken).ConfigureAwait(false);
        var ids = new List<TaskId>();
        for (var i = 1; i < reply.Items.Count; i += 2)
            ids.Add(TaskId.FromBytes(reply[i].Bytes, queue));
        return (reply[0].Number, ids);
    }

    /// <summary>Removes tasks from the list. Returns the number of removed tasks.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="ids">The ids, at most 1,000; none = all.</param>
    /// <param name="withRecords">Removes their records too.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<long> RemoveAsync(string queue, IEnumerable<TaskId> ids, bool withRecords, CancellationToken cancellationToken) =>
        (await transport.RunAsync(new ScriptCall(Remove, queue, [ScriptCall.Flag(withRecords), .. ids.Select(id => id.ToBytes())]), cancellationToken).ConfigureAwait(false)).Number;
}
