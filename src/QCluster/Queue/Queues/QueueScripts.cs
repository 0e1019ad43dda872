using QCluster.Redis;

namespace QCluster.Queue.Queues;

/// <summary>The scripts about whole queues.</summary>
internal sealed class QueueScripts(IScriptTransport transport)
{
    public static readonly QueueScript Sizes = new("sizes", KeySuffix.Registrations) { ReturnsList = true };
    public static readonly QueueScript Pause = new("pause", KeySuffix.Paused);
    public static readonly QueueScript Remove = new("queue_remove", KeySuffix.Heartbeats);
    public static readonly QueueScript History = new("history", KeySuffix.History) { ReturnsList = true };
    public static readonly QueueScript Watch = new("watch", KeySuffix.ClusterInfo) { ReturnsList = true };
    public static readonly QueueScript Server = new("server", KeySuffix.Heartbeats);

    /// <inheritdoc cref="IScriptTransport.QueuesAsync" />
    public Task<IReadOnlyList<string>> NamesAsync(CancellationToken cancellationToken) => transport.QueuesAsync(cancellationToken);

    public async Task<QueueSizes> SizesAsync(string queue, CancellationToken cancellationToken)
    {
        const int later = TaskPriority.Count, firstCounter = later + 10;
        var reply = (await transport.RunAsync(new ScriptCall(Sizes, queue), cancellationToken).ConfigureAwait(false)).Items;
        var counters = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = firstCounter; i + 1 < reply.Count; i += 2)
            counters[reply[i].Text] = reply[i + 1].Number;
        var waiting = reply.Take(TaskPriority.Count).Select(r => r.Number).ToArray();
        return new QueueSizes(
            queue,
            waiting.Sum() + reply[later].Number + reply[later + 3].Number,
            waiting,
            reply[later + 1].Number,
            reply[later + 2].Number,
            counters.GetValueOrDefault("succeeded"),
            counters.GetValueOrDefault("failed"),
            counters.GetValueOrDefault("cancelled"),
            counters.GetValueOrDefault("refused"))
        {
            Limited = reply[later + 3].Number,
            Dead = reply[later + 4].Number,
            PausedSince = reply[later + 5].Number is var paused and > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(paused) : null,
            OldestWaiting = reply[later + 6].Number is var oldest and >= 0 ? TimeSpan.FromMilliseconds(oldest) : null,
            DelayedLag = TimeSpan.FromMilliseconds(reply[later + 7].Number),
            ScheduleLag = TimeSpan.FromMilliseconds(reply[later + 8].Number),
            At = DateTimeOffset.FromUnixTimeMilliseconds(reply[later + 9].Number),
            Retried = counters.GetValueOrDefault("retried"),
            Recovered = counters.GetValueOrDefault("recovered"),
        };
    }

    /// <summary>Pauses or resumes a queue; false without a change.</summary>
    public async Task<bool> PauseAsync(string queue, bool pause, CancellationToken cancellationToken) =>
        (await transport.RunAsync(new ScriptCall(Pause, queue, [ScriptCall.Flag(pause)]), cancellationToken).ConfigureAwait(false)).Number == 1;

    /// <summary>Removes an unused queue, from the list of queues too.</summary>
    public async Task<QueueRemoval> RemoveAsync(string queue, CancellationToken cancellationToken) =>
        (QueueRemoval)(await transport.RunAsync(new ScriptCall(Remove, queue, [ScriptCall.Flag(false)]), cancellationToken).ConfigureAwait(false)).Number;

    /// <summary>Samples of the counters, newest first, each as <c>seconds:enqueued:succeeded:failed:cancelled</c>.</summary>
    public async Task<IReadOnlyList<string>> HistoryAsync(string queue, CancellationToken cancellationToken) =>
        [.. (await transport.RunAsync(new ScriptCall(History, queue), cancellationToken).ConfigureAwait(false)).Items.Select(i => i.Text)];

    /// <summary>The live clusters of a queue.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="running">The clusters whose running tasks are included: <c>*</c> all, empty none, or one cluster's id.</param>
    /// <param name="known">The clusters that the caller knows, each with the beat of its description.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<ClusterBeat>> WatchAsync(string queue, string running, IEnumerable<(string Cluster, string Beat)> known, CancellationToken cancellationToken)
    {
        const int itemsOfOne = 4;
        byte[][] arguments = [ScriptCall.Text(running), .. known.SelectMany(k => (byte[][])[ScriptCall.Text(k.Cluster), ScriptCall.Text(k.Beat)])];
        var reply = await transport.RunAsync(new ScriptCall(Watch, queue, arguments), cancellationToken).ConfigureAwait(false);
        var beats = new List<ClusterBeat>();
        for (var i = 0; i + itemsOfOne <= reply.Items.Count; i += itemsOfOne)
            beats.Add(new ClusterBeat(reply[i].Text, reply[i + 1].Text, reply[i + 2].IsNil ? null : reply[i + 2].Bytes, reply[i + 3].IsNil ? null : reply[i + 3].Bytes));
        return beats;
    }

    /// <summary>The state of the server of a queue; null if <c>INFO</c> is refused.</summary>
    public async Task<RedisServerState?> ServerAsync(string queue, CancellationToken cancellationToken)
    {
        var info = await transport.RunAsync(new ScriptCall(Server, queue), cancellationToken).ConfigureAwait(false);
        return info.IsNil ? null : RedisServerState.Parse(info.Text);
    }
}
