using QCluster.Model;

namespace QCluster.Queue.Mail;

/// <summary>The script about failures to report by mail. For monitors.</summary>
internal sealed class MailScripts(IScriptTransport transport)
{
    public static readonly QueueScript Take = new("mail_take", KeySuffix.Mails) { ReturnsList = true, IsJoined = true };

    /// <summary>Reports sent mails, and takes the next failures.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="own">The id of the calling monitor.</param>
    /// <param name="done">The number of processed ids among those of the previous call.</param>
    /// <param name="sent">The number of mails sent for them.</param>
    /// <param name="limit">The maximum number of mails a minute.</param>
    /// <param name="first">The first id of the previous call. Null: there was none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The number of mails that may be sent now, and the oldest failures; 0 while another monitor sends.</returns>
    public async Task<(long Allowed, IReadOnlyList<TaskId> Failures)> TakeAsync(string queue, byte[] own, int done, int sent, int limit, TaskId? first, CancellationToken cancellationToken)
    {
        var call = new ScriptCall(Take, queue, [own, ScriptCall.Number(done), ScriptCall.Number(sent), ScriptCall.Number(limit), first?.ToBytes() ?? []]);
        var reply = await transport.RunAsync(call, cancellationToken).ConfigureAwait(false);
        return reply.Items.Count == 0 ? (0, []) : (reply[0].Number, [.. reply.Items.Skip(1).Select(i => TaskId.FromBytes(i.Bytes, queue))]);
    }
}
