using System.Collections.Frozen;
using QCluster.Queue;
using QCluster.Queue.Chains;
using QCluster.Queue.Clusters;
using QCluster.Queue.Dead;
using QCluster.Queue.Groups;
using QCluster.Queue.Queues;
using QCluster.Queue.Results;
using QCluster.Queue.Schedules;
using QCluster.Queue.Tasks;

namespace QCluster.Hosting.Gateway;

/// <summary>
/// The scripts that a worker may run through the pusher: those of a client, and the announcement of its functions. The scripts by which clusters
/// claim, end, return or reclaim tasks are not among them: task code must not be able to act as a cluster.
/// </summary>
internal static class GatewayScripts
{
    private static readonly FrozenDictionary<string, QueueScript> All = new[]
    {
        TaskScripts.Lookup, TaskScripts.CancelOne, TaskScripts.Named, TaskScripts.WaitingIds, TaskScripts.Forget,
        ResultScripts.Records, ResultScripts.Saved, ResultScripts.Save,
        GroupScripts.Look, GroupScripts.Open, GroupScripts.Members, GroupScripts.Delete, GroupScripts.Pending,
        ChainScripts.Load, ChainScripts.Start, ChainScripts.Look, ChainScripts.Cancel,
        ScheduleScripts.List, ScheduleScripts.Put, ScheduleScripts.Change, ScheduleScripts.Served, ScheduleScripts.Homes,
        DeadScripts.List, DeadScripts.Remove,
        QueueScripts.Sizes, QueueScripts.Pause, QueueScripts.Remove, QueueScripts.History, QueueScripts.Watch, QueueScripts.Server,
        FunctionScripts.Tell,
    }.ToFrozenDictionary(script => script.Name, StringComparer.Ordinal);

    /// <summary>Null when the script is not among them.</summary>
    public static QueueScript? Find(string name) => All.GetValueOrDefault(name);
}
