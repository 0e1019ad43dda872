using System.Buffers.Binary;
using System.Text;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Execution.Functions;

namespace QCluster.Client.Chains;

/// <summary>Chains in Redis: brings their steps, starts them, looks at them, ends them.</summary>
internal sealed class ChainClient(IBroker broker, TaskComposer composer, QClusterOptions settings)
{
    private const int Part = 500;
    private const int PartBytes = 1 << 20;
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(49);

    /// <summary>Starts a chain whose ids have been made. On return it is in Redis as a whole.</summary>
    public async Task StartAsync(TaskId chain, IReadOnlyList<TaskId> ids, IReadOnlyList<ChainStep> steps, string group, ChainOptions options, CancellationToken cancellationToken)
    {
        var entries = new byte[steps.Count][];
        for (var i = 0; i < steps.Count; i++)
            entries[i] = Entry(chain, ids[i], steps[i], new ChainPlace(chain, i, group, i == 0 ? null : ids[i - 1]), options);

        var key = chain.ToBytes();
        for (var loaded = 0; loaded < entries.Length;)
        {
            List<byte[]> arguments = [key, ScriptCall.Number(loaded)];
            for (var bytes = 0; loaded < entries.Length && arguments.Count < Part && bytes < PartBytes; loaded++)
            {
                arguments.Add(entries[loaded]);
                bytes += entries[loaded].Length;
            }

            await broker.RunAsync(new ScriptCall(QueueScript.ChainLoad, chain.Queue, "ch:", key, arguments), cancellationToken).ConfigureAwait(false);
        }

        var keep = options.Cached?.By(settings.ResultTtl) ?? settings.ResultTtl;
        byte[] hook = options.Hook is { } func ? [(byte)('0' + TaskPriority.Normal), .. composer.ComposeHook(chain.ForHook(), func, options.HookArgs is { } args ? composer.HookArguments(func, args) : null, null, group)] : [];
        var started = await broker.RunAsync(
            new ScriptCall(
                QueueScript.ChainStart,
                chain.Queue,
                "ch:",
                key,
                key,
                ScriptCall.Number(entries.Length),
                ScriptCall.Text(options.ContinueOnFailure ? "1" : "0"),
                ScriptCall.Number((long)keep.TotalMilliseconds),
                ScriptCall.Text(group),
                hook),
            cancellationToken).ConfigureAwait(false);
        if (QueueRefusal.IsOne(started.Bytes))
            throw QueueRefusal.Error(started.Bytes, chain.Queue, 1);
        if (started.Number != 1)
            throw new BrokerException(BrokerProblem.Other, $"The chain {chain} was not started: its steps are not all in Redis, which must have lost some meanwhile. Enqueue it again.");
    }

    /// <summary>Null when the chain is unknown.</summary>
    public async Task<ChainProgress?> LookAsync(TaskId chain, TimeSpan wait, CancellationToken cancellationToken) =>
        Read(await SlotLoan.DuringAsync(wait, () => broker.WaitAsync(new ScriptCall(QueueScript.ChainLook, chain.Queue, "ch:", chain.ToBytes(), chain.ToBytes(), []), chain.Value, wait, cancellationToken)).ConfigureAwait(false), chain.Queue);

    /// <summary>The last chain of a group.</summary>
    public async Task<ChainProgress?> FindAsync(string label, string queue, CancellationToken cancellationToken) =>
        Read(await broker.WaitAsync(new ScriptCall(QueueScript.ChainLook, queue, "ch:", [], [], ScriptCall.Text(label)), default, TimeSpan.Zero, cancellationToken).ConfigureAwait(false), queue);

    /// <summary>Lets a chain end with the step that is on, and returns that step; null when it is unknown, or has ended.</summary>
    public async Task<(CancelResult Result, TaskId? Step)> CancelAsync(TaskId chain, CancellationToken cancellationToken)
    {
        var reply = await broker.RunAsync(new ScriptCall(QueueScript.ChainCancel, chain.Queue, "ch:", chain.ToBytes()), cancellationToken).ConfigureAwait(false);
        if (reply.IsNil)
            return (CancelResult.Unknown, null);
        if (reply.Bytes.Length < TaskId.ByteLength)
            return (CancelResult.AlreadyFinished, null);
        var queue = Encoding.UTF8.GetString(reply.Bytes.AsSpan(TaskId.ByteLength));
        return (CancelResult.Requested, TaskId.FromBytes(reply.Bytes, queue.Length == 0 ? chain.Queue : queue));
    }

    private static ChainProgress? Read(ScriptReply reply, string queue)
    {
        if (reply[1].Number == 0)
            return null;
        return new ChainProgress(
            TaskId.FromBytes(reply[2].Bytes, queue),
            reply[7].Text,
            (int)reply[3].Number,
            (int)reply[4].Number,
            reply[5].Bytes.Length == 0 ? null : (TaskState)reply[5].Number);
    }

    /// <summary>A step as the chain's list has it: see chain.lua.</summary>
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
