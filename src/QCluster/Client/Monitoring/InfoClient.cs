using QCluster.Model;
using QCluster.Queue;
using QCluster.Queue.Groups;
using QCluster.Client.Results;

namespace QCluster.Client.Monitoring;

/// <summary>The state of a queue and of the clusters that serve it.</summary>
internal sealed class InfoClient(ClientScripts scripts, TaskStore store)
{
    /// <summary>Returns the live clusters that serve a queue, with their running tasks of it.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <param name="running">The clusters whose running tasks are included: <c>*</c> all, empty none, or one cluster's id.</param>
    public Task<IReadOnlyList<ClusterDescription>> ClustersAsync(string queue, CancellationToken cancellationToken, string running = "*") =>
        Watch(queue).LookAsync(running, cancellationToken);

    public ClusterWatch Watch(string queue) => new(scripts.Queues, queue);

    public async Task<SupervisorInfo> GetAsync(string queue, CancellationToken cancellationToken)
    {
        var clusters = await ClustersAsync(queue, cancellationToken).ConfigureAwait(false);
        var sizes = await scripts.Queues.SizesAsync(queue, cancellationToken).ConfigureAwait(false);
        return new SupervisorInfo
        {
            Clusters = [.. clusters.Select(c => new ClusterPool
            {
                Id = c.Cluster,
                Host = c.Host,
                Workers = c.Workers,
                PoolSize = c.Workers * c.Concurrency,
                ReserveNormal = c.Workers * c.ReserveNormal,
                ReserveHigh = c.Workers * c.ReserveHigh,
                ReserveCritical = c.Workers * c.ReserveCritical,
                ProcessPoolSize = c.ProcessWorkers,
                Running = c.Busy,
            })],
            QueuedByPriority = sizes.WaitingByPriority,
            Delayed = sizes.Delayed,
            Running = sizes.Running,
            RunningTasks = [.. clusters.SelectMany(c => c.Running).Select(r => r.Id).Where(id => QueueOf(id) == queue)],
        };
    }

    public async Task<TaskInfo?> GetTaskAsync(string idOrName, CancellationToken cancellationToken)
    {
        if (await store.ResolveAsync(idOrName, cancellationToken).ConfigureAwait(false) is not { } id)
            return null;
        var lookup = await store.WaitAsync(id, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        var clusters = lookup.Place == TaskPlace.InFlight ? await ClustersAsync(id.Queue, cancellationToken, lookup.Cluster ?? "").ConfigureAwait(false) : [];
        return Describe(id, lookup, clusters);
    }

    /// <summary>Returns running tasks, then waiting ones, up to the limit.</summary>
    public async Task<IReadOnlyList<TaskInfo>> GetTasksAsync(string queue, int limit, CancellationToken cancellationToken)
    {
        var clusters = await ClustersAsync(queue, cancellationToken).ConfigureAwait(false);
        var running = clusters.SelectMany(c => c.Running).Select(r => r.Id).Where(id => QueueOf(id) == queue)
            .Select(text => TaskId.TryParse(text, out var id) ? id : null).OfType<TaskId>();
        var waiting = await scripts.Tasks.WaitingAsync(queue, cancellationToken).ConfigureAwait(false);
        TaskId[] ids = [.. running.Concat(waiting).Distinct().Take(limit)];
        var lookups = await Task.WhenAll(ids.Select(id => store.WaitAsync(id, TimeSpan.Zero, cancellationToken))).ConfigureAwait(false);
        return [.. ids.Zip(lookups, (id, lookup) => Describe(id, lookup, clusters)).OfType<TaskInfo>().Where(i => i.Status != TaskInfoStatus.Canceled)];
    }

    /// <summary>The ids of a group's unfinished members that one pass over the queue finds.</summary>
    public async Task<IReadOnlyList<TaskId>> PendingAsync(string label, string queue, CancellationToken cancellationToken)
    {
        var ids = new List<TaskId>();
        for (var part = GroupScripts.FirstPart; part.Length > 0;)
        {
            (part, var found) = await scripts.Groups.PendingAsync(label, queue, part, cancellationToken).ConfigureAwait(false);
            ids.AddRange(found);
        }

        return ids;
    }

    private TaskInfo? Describe(TaskId id, TaskLookup lookup, IReadOnlyList<ClusterDescription> clusters)
    {
        var isCancelled = lookup.Place == TaskPlace.Finished && !lookup.Record.IsEmpty && store.Decoder.Decode(id, lookup.Record) is { State: TaskState.Cancelled };
        if (lookup.Place is TaskPlace.Unknown || (lookup.Place == TaskPlace.Finished && !isCancelled))
            return null;
        var packet = isCancelled ? store.Decoder.PacketOf(id, lookup.Record) : store.Decoder.PacketOfElement(id, lookup.Element);
        var cluster = clusters.FirstOrDefault(c => c.Cluster == lookup.Cluster);
        var running = cluster?.Running.FirstOrDefault(r => r.Id == id.ToString());
        return new TaskInfo
        {
            Id = id.ToString(),
            Task = packet?.Func ?? "",
            Name = packet?.Name,
            Type = (packet?.Isolated ?? lookup.Lane.IsIsolated) ? BackgroundTaskType.Process : BackgroundTaskType.Thread,
            Priority = packet is null ? lookup.Lane.Priority : packet.Lane.Priority,
            Queue = id.Queue,
            TimeQueued = id.Created,
            TimeStarted = running is null ? null : cluster!.At - TimeSpan.FromSeconds(running.Seconds),
            Due = lookup.Due,
            Status = isCancelled ? TaskInfoStatus.Canceled : lookup.Place == TaskPlace.InFlight ? TaskInfoStatus.Started : TaskInfoStatus.Queued,
            Progress = running?.Progress,
            ProgressMessage = running?.Message,
            Cluster = lookup.Cluster,
            Worker = lookup.Incarnation,
            Ahead = lookup.Ahead,
        };
    }

    private static string QueueOf(string id) => TaskId.TryParse(id, out var parsed) ? parsed.Value.Queue : "";
}
