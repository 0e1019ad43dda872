using QCluster.Model;

namespace QCluster.Queue.Mail;

/// <summary>The script about failures that are to be reported by mail. For monitors.</summary>
internal sealed class MailScripts(IScriptTransport transport)
{
    public static readonly QueueScript Take = new("mail_take", KeySuffix.Mails) { ReturnsList = true, IsJoined = true };

    /// <summary>Reports what has been sent, and takes what comes next.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="own">Names the one that asks.</param>
    /// <param name="done">How many of those it was given it has dealt with.</param>
    /// <param name="sent">How many mails it has sent with them.</param>
    /// <param name="limit">How many mails a minute are allowed.</param>
    /// <param name="first">The first of those it was given; null = it was given none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>How many mails may be sent now, and the oldest failures; 0 while another monitor sends.</returns>
    public async Task<(long Allowed, IReadOnlyList<TaskId> Failures)> TakeAsync(string queue, byte[] own, int done, int sent, int limit, TaskId? first, CancellationToken cancellationToken)
    {
        var call = new ScriptCall(Take, queue, [own, ScriptCall.Number(done), ScriptCall.Number(sent), ScriptCall.Number(limit), first?.ToBytes() ?? []]);
        var reply = await transport.RunAsync(call, cancellationToken).ConfigureAwait(false);
        return reply.Items.Count == 0 ? (0, []) : (reply[0].Number, [.. reply.Items.Skip(1).Select(i => TaskId.FromBytes(i.Bytes, queue))]);
    }
}
