using QCluster.Queue.Chains;
using QCluster.Queue.Clusters;
using QCluster.Queue.Dead;
using QCluster.Queue.Groups;
using QCluster.Queue.Queues;
using QCluster.Queue.Results;
using QCluster.Queue.Schedules;
using QCluster.Queue.Tasks;

namespace QCluster.Queue;

/// <summary>The calls of a client in Redis, by subject.</summary>
internal sealed class ClientScripts(IScriptTransport transport) : IAsyncDisposable
{
    public TaskScripts Tasks { get; } = new(transport);

    public ResultScripts Results { get; } = new(transport);

    public GroupScripts Groups { get; } = new(transport);

    public ChainScripts Chains { get; } = new(transport);

    public ScheduleScripts Schedules { get; } = new(transport);

    public DeadScripts Dead { get; } = new(transport);

    public QueueScripts Queues { get; } = new(transport);

    public FunctionScripts Functions { get; } = new(transport);

    public ValueTask DisposeAsync() => transport.DisposeAsync();
}
