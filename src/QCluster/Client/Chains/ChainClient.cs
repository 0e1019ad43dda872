using System.Buffers.Binary;
using System.Text;
using QCluster.Model;
using QCluster.Queue.Chains;
using QCluster.Execution.Functions;
using QCluster.Client.Enqueueing;

namespace QCluster.Client.Chains;

/// <summary>Chains in Redis: adds their steps, starts them, reads their progress, ends them.</summary>
internal sealed class ChainClient(ChainScripts scripts, TaskComposer composer, QClusterOptions settings)
{
    private const int MaxPart = 498;
    private const int PartBytes = 1 << 20;
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(49);

    /// <summary>Starts a chain with these ids. On return all of it is in Redis.</summary>
    public async Task StartAsync(TaskId chain, IReadOnlyList<TaskId> ids, IReadOnlyList<ChainStep> steps, string group, ChainOptions options, CancellationToken cancellationToken)
    {
        var entries = new byte[steps.Count][];
        for (var i = 0; i < steps.Count; i++)
            entries[i] = Entry(chain, ids[i], steps[i], new ChainPlace(chain, i, group, i == 0 ? null : ids[i - 1]), options);

        for (var loaded = 0; loaded < entries.Length;)
        {
            var part = new List<byte[]>();
            for (var bytes = 0; loaded + part.Count < entries.Length && part.Count < MaxPart && bytes < PartBytes; bytes += part[^1].Length)
                part.Add(entries[loaded + part.Count]);
            await scripts.LoadAsync(chain, loaded, part, cancellationToken).ConfigureAwait(false);
            loaded += part.Count;
        }

        var keep = options.Cached?.By(settings.ResultTtl) ?? settings.ResultTtl;
        byte[] hook = options.Hook is { } func ? [(byte)('0' + TaskPriority.Normal), .. composer.ComposeHook(chain.ForHook(), func, options.HookArgs is { } args ? composer.HookArguments(func, args) : null, null, group)] : [];
        if (!await scripts.StartAsync(chain, entries.Length, options.ContinueOnFailure, keep, group, hook, cancellationToken).ConfigureAwait(false))
            throw new BrokerException(BrokerProblem.Other, $"The chain {chain} was not started: some of its steps are missing in Redis, which must have lost them. Enqueue it again.");
    }

    /// <summary>Null when the chain is unknown.</summary>
    public Task<ChainProgress?> LookAsync(TaskId chain, TimeSpan wait, CancellationToken cancellationToken) =>
        SlotLoan.DuringAsync(wait, () => scripts.LookAsync(chain, wait, cancellationToken));

    /// <summary>The last chain of a group.</summary>
    public Task<ChainProgress?> FindAsync(string label, string queue, CancellationToken cancellationToken) => scripts.FindAsync(label, queue, cancellationToken);

    /// <inheritdoc cref="ChainScripts.CancelAsync" />
    public Task<(CancelResult Result, TaskId? Step)> CancelAsync(TaskId chain, CancellationToken cancellationToken) => scripts.CancelAsync(chain, cancellationToken);

    /// <summary>A step in the form of the chain's list: see chain.lua.</summary>
    private byte[] Entry(TaskId chain, TaskId id, ChainStep step, ChainPlace place, ChainOptions chainOptions)
    {
        var options = step.Options ?? new TaskOptions();
        options = options with { Cached = options.Cached ?? chainOptions.Cached };
        options.Validate();
        if (options.Eta is not null || options.UniqueKey is not null || options.Group is not null || options.Mandatory || options.Immediate || options.Delay > MaxDelay)
            throw new ArgumentException($"Step {place.Step + 1} of the chain ({step.Call.Func}) cannot have Eta, UniqueKey, Group, Mandatory or Immediate, nor a delay over {MaxDelay.TotalDays} days.");
        var element = composer.ComposeStep(id, step.Call, options, place);
        var queue = id.Queue == chain.Queue ? [] : Encoding.UTF8.GetBytes(id.Queue);
        var entry = new byte[7 + queue.Length + element.Length];
        entry[0] = (byte)options.Lane.Letter;
        entry[1] = (byte)(place.Previous is not null && TaskComposer.TakesPrevious(step.Call) ? 'p' : '-');
        BinaryPrimitives.WriteUInt32BigEndian(entry.AsSpan(2), (uint)Math.Ceiling(options.Delay?.TotalMilliseconds ?? 0));
        entry[6] = (byte)queue.Length;
        queue.CopyTo(entry, 7);
        element.CopyTo(entry, 7 + queue.Length);
        return entry;
    }
}
