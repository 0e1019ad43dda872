using System.Security.Cryptography;
using System.Text;
using QCluster.Model;

namespace QCluster.Queue.Groups;

/// <summary>The scripts about groups.</summary>
internal sealed class GroupScripts(IScriptTransport transport)
{
    public static readonly QueueScript Look = new("group_look", KeySuffix.GroupInfo) { ReturnsList = true };
    public static readonly QueueScript Open = new("group_open", KeySuffix.GroupInfo);
    public static readonly QueueScript Members = new("group_members", KeySuffix.GroupMembers) { ReturnsList = true };
    public static readonly QueueScript Delete = new("group_delete", KeySuffix.GroupMembers);
    public static readonly QueueScript Pending = new("group_pending", KeySuffix.GroupInfo) { ReturnsList = true };

    /// <summary>The first part of a pass over the queue: see <see cref="PendingAsync"/>.</summary>
    public const string FirstPart = "9:";

    /// <param name="label">The group's label.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="count">The needed number of finished members. Null: all that were enqueued.</param>
    /// <param name="wait">The maximum time to wait for them.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<GroupProgress> LookAsync(string label, string queue, int? count, TimeSpan wait, CancellationToken cancellationToken)
    {
        var text = ScriptCall.Text(label);
        var need = count is { } wanted ? ScriptCall.Number(Math.Max(0, wanted)) : ScriptCall.Text("a");
        var reply = await transport.WaitAsync(new ScriptCall(Look, queue, text, [text, need]), KeyOf(label, queue), wait, cancellationToken).ConfigureAwait(false);
        return new GroupProgress(reply[0].Number == 1, reply[1].Number == 1, reply[2].Number, reply[3].Number, reply[4].Number, reply[5].Number == 1, (int)reply[6].Number);
    }

    /// <summary>Marks a group as open for more members, or as complete.</summary>
    /// <param name="label">The group's label.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="open">True: more members follow.</param>
    /// <param name="keepEmpty">The time to keep a group without members.</param>
    /// <param name="callback">The callback that is enqueued once all members have ended: priority digit and element. Null: none.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task OpenAsync(string label, string queue, bool open, TimeSpan keepEmpty, byte[]? callback, CancellationToken cancellationToken)
    {
        var text = ScriptCall.Text(label);
        return transport.RunAsync(new ScriptCall(Open, queue, text, [text, ScriptCall.Flag(open), ScriptCall.Number((long)keepEmpty.TotalMilliseconds), callback ?? []]), cancellationToken);
    }

    /// <summary>Finished members in the order of their ends.</summary>
    /// <param name="label">The group's label.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="first">The first one, from 0.</param>
    /// <param name="count">Maximum number.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<(TaskId Id, TaskState State)>> MembersAsync(string label, string queue, int first, int count, CancellationToken cancellationToken)
    {
        var call = new ScriptCall(Members, queue, ScriptCall.Text(label), [ScriptCall.Number(first), ScriptCall.Number(first + count - 1)]);
        return [.. (await transport.RunAsync(call, cancellationToken).ConfigureAwait(false)).Items.Select(m => ReadMember(m.Bytes, queue))];
    }

    /// <summary>Removes members from a group, at most 1,000, and the group with the last of them. Returns their number.</summary>
    public async Task<long> DeleteAsync(string label, string queue, bool records, CancellationToken cancellationToken)
    {
        var text = ScriptCall.Text(label);
        return (await transport.RunAsync(new ScriptCall(Delete, queue, text, [text, ScriptCall.Flag(records)]), cancellationToken).ConfigureAwait(false)).Number;
    }

    /// <summary>The unfinished members in one part of the queue, and the next part; empty = this was the last one.</summary>
    public async Task<(string Next, IReadOnlyList<TaskId> Ids)> PendingAsync(string label, string queue, string part, CancellationToken cancellationToken)
    {
        var text = ScriptCall.Text(label);
        var reply = await transport.RunAsync(new ScriptCall(Pending, queue, text, [text, ScriptCall.Text(part)]), cancellationToken).ConfigureAwait(false);
        return (reply[0].Text, [.. reply.Items.Skip(1).Select(i => TaskId.FromBytes(i.Bytes, queue))]);
    }

    private static (TaskId Id, TaskState State) ReadMember(byte[] member, string queue)
    {
        var foreign = Encoding.UTF8.GetString(member.AsSpan(TaskId.ByteLength + 1));
        return (TaskId.FromBytes(member, foreign.Length == 0 ? queue : foreign), (TaskState)(member[TaskId.ByteLength] - '0'));
    }

    private static Guid KeyOf(string label, string queue) => new(SHA256.HashData(Encoding.UTF8.GetBytes(label + "@" + queue)).AsSpan(0, TaskId.ByteLength), bigEndian: true);
}
