using QCluster.Client.Chains;
using QCluster.Client.Groups;
using QCluster.Client.Monitoring;
using QCluster.Execution.Calls;
using QCluster.Execution.Functions;
using QCluster.Model;
using QCluster.Queue.Tasks;
using QCluster.Wire.Packets;
using QCluster.Client.Results;

namespace QCluster.Client.Cancellation;

/// <summary>Cancels tasks, chains, and the members of groups.</summary>
internal sealed class CancelClient(TaskScripts tasks, TaskStore store, ChainClient chains, GroupClient groups, InfoClient info, QClusterOptions settings, PacketFormat format, TimeProvider clock)
{
    /// <summary>A task by its id or name, or a chain by its id or label.</summary>
    public async Task<CancelResult> CancelAsync(string idOrName, CancellationToken cancellationToken)
    {
        if (await store.ResolveAsync(idOrName, cancellationToken).ConfigureAwait(false) is not { } task)
            return await CancelChainOfAsync(idOrName, cancellationToken).ConfigureAwait(false);
        var result = await CancelTaskAsync(task, cancellationToken).ConfigureAwait(false);
        return result == CancelResult.Unknown ? await CancelChainAsync(task, cancellationToken).ConfigureAwait(false) : result;
    }

    public Task<long> CancelGroupAsync(string group, CancellationToken cancellationToken)
    {
        var (label, queue) = GroupLabel.Parse(group, settings.Queue);
        return new GroupCancellation(info, groups, tasks, CancelTaskAsync, clock).CancelAsync(label, queue, cancellationToken);
    }

    public Task<CancelResult> CancelTaskAsync(TaskId task, CancellationToken cancellationToken)
    {
        var outcome = new TaskOutcome
        {
            State = TaskState.Cancelled,
            Attempt = 0,
            Stopped = clock.GetUtcNow(),
            Worker = "",
            Cluster = "",
            Error = TaskVerdict.CancelledBefore.Error,
        };
        return tasks.CancelAsync(task, outcome.ToBytes(task, format), -settings.ResultTtl, cancellationToken);
    }

    private async Task<CancelResult> CancelChainOfAsync(string group, CancellationToken cancellationToken)
    {
        var (label, queue) = GroupLabel.Parse(group, settings.Queue);
        return await chains.FindAsync(label, queue, cancellationToken).ConfigureAwait(false) is { } chain
            ? await CancelChainAsync(chain.Id, cancellationToken).ConfigureAwait(false)
            : CancelResult.Unknown;
    }

    private async Task<CancelResult> CancelChainAsync(TaskId chain, CancellationToken cancellationToken)
    {
        var (result, step) = await chains.CancelAsync(chain, cancellationToken).ConfigureAwait(false);
        if (step is not null)
            await CancelTaskAsync(step.Value, cancellationToken).ConfigureAwait(false);
        return result;
    }
}
