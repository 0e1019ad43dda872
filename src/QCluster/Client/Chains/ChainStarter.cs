using QCluster.Client.Inline;
using QCluster.Execution.Telemetry;
using QCluster.Model;

namespace QCluster.Client.Chains;

/// <summary>Makes the ids of a chain and starts it: in Redis, or inline.</summary>
internal sealed class ChainStarter(ChainClient chains, InlineChain inline, QClusterOptions settings, TimeProvider clock)
{
    public async Task<StartedChain> StartAsync(IEnumerable<ChainStep> steps, ChainOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(steps);
        options ??= new ChainOptions();
        options.Validate();
        var all = steps.ToArray();
        if (all.Length == 0)
            throw new ArgumentException("A chain has at least one step.", nameof(steps));
        if (Array.IndexOf(all, null) is >= 0 and var missing)
            throw new ArgumentException($"Step {missing + 1} of the chain is null.", nameof(steps));
        var chain = TaskId.New(options.Queue ?? all[0].Options?.Queue ?? settings.Queue, clock);
        var label = options.Group ?? chain.Value.ToString("N");
        var ids = Array.ConvertAll(all, step => TaskId.New(step.Options?.Queue ?? chain.Queue, clock));
        var started = new StartedChain(chain, chain.Queue == (options.Group is null ? TaskId.DefaultQueue : settings.Queue) ? label : $"{label}@{chain.Queue}", ids);
        return await EnqueueActivity.RunAsync(chain.Queue, null, SendAsync).ConfigureAwait(false);

        async Task<StartedChain> SendAsync(EnqueueActivity? sending)
        {
            sending?.Count = all.Length;
            sending?.TellGroup(label);
            if (options.Sync)
                await inline.RunAsync(chain, all, ids, label, options, cancellationToken).ConfigureAwait(false);
            else
                await chains.StartAsync(chain, ids, all, label, options, cancellationToken).ConfigureAwait(false);
            return started;
        }
    }
}
