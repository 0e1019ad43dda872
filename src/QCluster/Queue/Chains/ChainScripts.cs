using System.Text;
using QCluster.Model;

namespace QCluster.Queue.Chains;

/// <summary>The scripts about chains.</summary>
internal sealed class ChainScripts(IScriptTransport transport)
{
    public static readonly QueueScript Load = new("chain_load", KeySuffix.Chain);
    public static readonly QueueScript Start = new("chain_start", KeySuffix.Chain);
    public static readonly QueueScript Look = new("chain_look", KeySuffix.Chain) { ReturnsList = true };
    public static readonly QueueScript Cancel = new("chain_cancel", KeySuffix.Chain);

    /// <summary>Adds steps of a chain before its start.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="brought">The number of steps added before.</param>
    /// <param name="entries">The next steps, in the form of <c>chain.lua</c>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The number of steps now; -1 if the chain has been started.</returns>
    public async Task<long> LoadAsync(TaskId chain, int brought, IEnumerable<byte[]> entries, CancellationToken cancellationToken)
    {
        var id = chain.ToBytes();
        return (await transport.RunAsync(new ScriptCall(Load, chain.Queue, id, [id, ScriptCall.Number(brought), .. entries]), cancellationToken).ConfigureAwait(false)).Number;
    }

    /// <summary>Starts a chain whose steps have been added; false if steps are missing.</summary>
    /// <param name="chain">The chain.</param>
    /// <param name="length">The number of its steps.</param>
    /// <param name="continueOnFailure">Continues with the next step after a failure.</param>
    /// <param name="keep">The time to keep it after its end.</param>
    /// <param name="group">The label of its results.</param>
    /// <param name="hook">Priority digit and element of its hook; empty = no hook.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="QueueFullException">The queue has a limit and no room.</exception>
    public async Task<bool> StartAsync(TaskId chain, int length, bool continueOnFailure, TimeSpan keep, string group, byte[] hook, CancellationToken cancellationToken)
    {
        var id = chain.ToBytes();
        var call = new ScriptCall(Start, chain.Queue, id, [id, ScriptCall.Number(length), ScriptCall.Flag(continueOnFailure), ScriptCall.Number((long)keep.TotalMilliseconds), ScriptCall.Text(group), hook]);
        var reply = await transport.RunAsync(call, cancellationToken).ConfigureAwait(false);
        return QueueRefusal.IsOne(reply.Bytes) ? throw QueueRefusal.Error(reply.Bytes, chain.Queue, 1) : reply.Number == 1;
    }

    /// <summary>Null when the chain is unknown.</summary>
    public async Task<ChainProgress?> LookAsync(TaskId chain, TimeSpan wait, CancellationToken cancellationToken)
    {
        var id = chain.ToBytes();
        return Read(await transport.WaitAsync(new ScriptCall(Look, chain.Queue, id, [id, []]), chain.Value, wait, cancellationToken).ConfigureAwait(false), chain.Queue);
    }

    /// <summary>The last chain of a group.</summary>
    public async Task<ChainProgress?> FindAsync(string label, string queue, CancellationToken cancellationToken) =>
        Read(await transport.WaitAsync(new ScriptCall(Look, queue, [], [[], ScriptCall.Text(label)]), default, TimeSpan.Zero, cancellationToken).ConfigureAwait(false), queue);

    /// <summary>Ends a chain with its running step, and returns that step; null if the chain is unknown, or has ended.</summary>
    public async Task<(CancelResult Result, TaskId? Step)> CancelAsync(TaskId chain, CancellationToken cancellationToken)
    {
        var reply = await transport.RunAsync(new ScriptCall(Cancel, chain.Queue, chain.ToBytes(), []), cancellationToken).ConfigureAwait(false);
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
}
