using System.Text;
using MessagePack;
using QCluster.Model;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Packets;

/// <summary>The outcome of a task: the worker sends it, and the record has it before the task's own element.</summary>
internal sealed class TaskOutcome
{
    private const int ItemCount = 8;
    private const int ErrorItemCount = 4;

    /// <summary><see cref="TaskState.Succeeded"/>, <see cref="TaskState.Failed"/> or <see cref="TaskState.Cancelled"/>.</summary>
    public required TaskState State { get; init; }

    public required ushort Attempt { get; init; }

    /// <summary>The time of the start by a worker, in microseconds; null if no worker started the task.</summary>
    public DateTimeOffset? Started { get; init; }

    public required DateTimeOffset Stopped { get; init; }

    /// <summary>One MessagePack value; empty bytes mean none.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    public TaskError? Error { get; init; }

    /// <summary>The failure is not reported by mail.</summary>
    public bool NoErrorMail { get; init; }

    public required string Worker { get; init; }

    public required string Cluster { get; init; }

    /// <summary>Returns the maximum length of a value in an outcome that readers accept.</summary>
    public static int MaxValue(int maxPacketBytes, string worker, string cluster)
    {
        const int others = 64;
        return maxPacketBytes - others - Encoding.UTF8.GetByteCount(worker) - Encoding.UTF8.GetByteCount(cluster);
    }

    public byte[] ToBytes(TaskId id, PacketFormat format)
    {
        using var draft = EnvelopeDraft.Rent();
        var body = new MessagePackWriter(draft.Buffer);
        WriteBody(ref body);
        body.Flush();
        return Envelope.Seal(draft, id.Value, PacketPurpose.Outcome, format.Signer, format.Compress);
    }

    /// <summary>Reads and checks the outcome at the start of a record. <see cref="Value"/> may be a slice of the record, which must not change.</summary>
    /// <param name="record">The outcome's envelope, followed by the task's element if that was kept.</param>
    /// <param name="id">The task it must belong to.</param>
    /// <param name="format">Checks the signature, and limits what is accepted.</param>
    /// <param name="element">The bytes after the envelope, unchecked; may be empty.</param>
    /// <exception cref="WireFormatException">The record is damaged, too large, of an unknown version, or not correctly signed.</exception>
    public static TaskOutcome Read(ReadOnlyMemory<byte> record, TaskId id, PacketFormat format, out ReadOnlyMemory<byte> element)
    {
        var body = Envelope.Open(record, id.Value, PacketPurpose.Outcome, format.Signer, format.Limits, out var length);
        element = record[length..];

        var reader = new WireReader(body, format.Limits);
        var count = reader.ReadArrayHeader();
        if (count < ItemCount)
            throw new WireFormatException($"An outcome has {ItemCount} items; this one has {count}.");
        var outcome = new TaskOutcome
        {
            State = ReadState(ref reader),
            Attempt = reader.ReadUInt16(),
            Started = reader.TryReadNil() ? null : MicrosecondTime.Read(ref reader),
            Stopped = MicrosecondTime.Read(ref reader),
            Value = reader.ReadRaw(),
            Error = ReadError(ref reader),
            Worker = reader.ReadString(),
            Cluster = reader.ReadString(),
            NoErrorMail = count > ItemCount && reader.ReadBoolean(),
        };
        for (var i = ItemCount + 1; i < count; i++)
            reader.Skip();
        return reader.End ? outcome : throw new WireFormatException($"{reader.Remaining} bytes follow an outcome, where it should end.");
    }

    private static TaskState ReadState(ref WireReader reader)
    {
        var start = reader.Consumed;
        var state = (TaskState)reader.ReadByte();
        return state is TaskState.Succeeded or TaskState.Failed or TaskState.Cancelled
            ? state
            : throw new WireFormatException($"Offset {start} holds the state {(int)state}, which is not final (3, 4 or 5).");
    }

    private static TaskError? ReadError(ref WireReader reader)
    {
        if (reader.TryReadNil())
            return null;
        var count = reader.ReadArrayHeader();
        if (count < ErrorItemCount)
            throw new WireFormatException($"An error has {ErrorItemCount} items; this one has {count}.");
        var reason = (FailureReason)reader.ReadByte();
        var type = reader.TryReadNil() ? null : reader.ReadString();
        var message = reader.ReadString();
        var stack = reader.TryReadNil() ? null : reader.ReadString();
        for (var i = ErrorItemCount; i < count; i++)
            reader.Skip();
        return new TaskError(reason, type, message, stack);
    }

    private void WriteBody(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(ItemCount + (NoErrorMail ? 1 : 0));
        writer.Write((int)State);
        writer.Write(Attempt);
        if (Started is { } started)
            MicrosecondTime.Write(ref writer, started);
        else
            writer.WriteNil();
        MicrosecondTime.Write(ref writer, Stopped);
        if (Value.IsEmpty)
            writer.WriteNil();
        else
            writer.WriteRaw(Value.Span);
        WriteError(ref writer);
        writer.WriteText(Worker);
        writer.WriteText(Cluster);
        if (NoErrorMail)
            writer.Write(true);
    }

    // The text comes from an exception. If half a surrogate pair made it invalid, the task would have no outcome at all.
    private static void WriteAnyText(ref MessagePackWriter writer, string? text)
    {
        if (text is null)
            writer.WriteNil();
        else
            writer.WriteUtf8(Encoding.UTF8.GetBytes(text));
    }

    private void WriteError(ref MessagePackWriter writer)
    {
        if (Error is null)
        {
            writer.WriteNil();
            return;
        }

        var error = Error.Bounded();
        writer.WriteArrayHeader(ErrorItemCount);
        writer.Write((int)error.Reason);
        WriteAnyText(ref writer, error.Type);
        WriteAnyText(ref writer, error.Message);
        WriteAnyText(ref writer, error.Stack);
    }
}
