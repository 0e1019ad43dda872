using QCluster.Execution.Records;
using QCluster.Model;
using QCluster.Wire.Packets;
using QCluster.Wire.Values;

namespace QCluster.Execution.Functions;

/// <summary>The input of a packet's function: its arguments, with the value of the previous step in its place, and the record for a hook.</summary>
internal readonly record struct TaskInput(ReadOnlyMemory<byte> Args, ReadOnlyMemory<byte> Kwargs, TaskRecord? Hooked)
{
    /// <exception cref="WireFormatException">The attachment does not belong to the task that the packet names.</exception>
    public static TaskInput Of(TaskPacket packet, RecordDecoder decoder)
    {
        if (packet.HookOf is { } hooked)
            return new TaskInput(packet.Args, packet.Kwargs, ReadHooked(packet, hooked, decoder));
        if ((packet.Previous ?? packet.ValueOf) is not { } previous)
            return new TaskInput(packet.Args, packet.Kwargs, null);
        if (!TaskId.TryParse(previous, out var id))
            throw new WireFormatException($"The task before is to be '{previous}', which is not a task id.");
        var outcome = TaskOutcome.Read(packet.Attachment, id.Value, decoder.Format, out _);
        ReadOnlySpan<byte> value = outcome.State == TaskState.Succeeded && !outcome.Value.IsEmpty ? outcome.Value.Span : [0xc0];
        return new TaskInput(PreviousValue.Fill(packet.Args, value), PreviousValue.Fill(packet.Kwargs, value), null);
    }

    private static TaskRecord ReadHooked(TaskPacket packet, string hooked, RecordDecoder decoder)
    {
        if (hooked.Length > 0)
            return TaskId.TryParse(hooked, out var id) ? decoder.Decode(id.Value, packet.Attachment) : throw new WireFormatException($"The hook is of '{hooked}', which is not a task id.");
        // The hook of a chain: any of its steps may have been the last.
        var step = decoder.ReadAny(packet.Attachment, packet.Id.Queue);
        return step.Group == packet.Group ? step : throw new WireFormatException($"The hook of the chain {packet.Group} was given a step of {step.Group ?? "no chain"}.");
    }
}
