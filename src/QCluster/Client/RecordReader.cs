using QCluster.Broker;
using QCluster.Wire;

namespace QCluster;

/// <summary>Turns what Redis has of a task into its record.</summary>
internal static class RecordReader
{
    public static TaskRecord? Read(TaskId id, TaskLookup lookup, PacketSigner signer, WireLimits limits, ValueSerializer serializer)
    {
        switch (lookup.Place)
        {
            case TaskPlace.Unknown:
                return null;
            case TaskPlace.Finished when lookup.Record.IsEmpty:
                return new TaskRecord { Id = id.ToString(), State = TaskState.Succeeded, Queued = id.Created };
            case TaskPlace.Finished:
                return Finished(id, lookup.Record, signer, limits, serializer);
            default:
                return new TaskRecord
                {
                    Id = id.ToString(),
                    Queued = id.Created,
                    State = lookup.Place switch
                    {
                        TaskPlace.Delayed => TaskState.Delayed,
                        TaskPlace.InFlight => TaskState.Running,
                        _ => TaskState.Queued,
                    },
                    Due = lookup.Due,
                    Ahead = lookup.Ahead,
                    Cluster = lookup.Cluster,
                    Worker = lookup.Incarnation,
                };
        }
    }

    private static TaskRecord Finished(TaskId id, ReadOnlyMemory<byte> record, PacketSigner signer, WireLimits limits, ValueSerializer serializer)
    {
        var outcome = TaskOutcome.Read(record, id, signer, limits, out var element);
        var packet = ReadPacket(element, id.Queue, signer, limits);
        return new TaskRecord
        {
            Id = id.ToString(),
            State = outcome.State,
            Name = packet?.Name,
            Func = packet?.Func,
            Args = packet is null ? [] : (IReadOnlyList<object?>?)Untyped(packet.Args, serializer, limits) ?? [],
            Kwargs = packet is { Kwargs.IsEmpty: false } ? (Dictionary<string, object?>)Untyped(packet.Kwargs, serializer, limits)! : new Dictionary<string, object?>(StringComparer.Ordinal),
            Result = outcome.State == TaskState.Succeeded ? Untyped(outcome.Value, serializer, limits) : outcome.Error?.ToString(),
            Queued = id.Created,
            Started = outcome.Started,
            Stopped = outcome.Stopped,
            Attempt = outcome.Attempt,
            Error = outcome.Error,
            Cluster = outcome.Cluster,
            Worker = outcome.Worker,
        };
    }

    public static string? FuncOf(ReadOnlyMemory<byte> record, TaskId id, PacketSigner signer, WireLimits limits)
    {
        TaskOutcome.Read(record, id, signer, limits, out var element);
        return ReadPacket(element, id.Queue, signer, limits)?.Func;
    }

    /// <summary>Null when there is none, or one that was refused: its record must be readable all the same.</summary>
    private static TaskPacket? ReadPacket(ReadOnlyMemory<byte> element, string queue, PacketSigner signer, WireLimits limits)
    {
        if (element.IsEmpty)
            return null;
        try
        {
            return TaskPacket.Read(element, queue, signer, limits);
        }
        catch (WireFormatException)
        {
            return null;
        }
    }

    private static object? Untyped(ReadOnlyMemory<byte> value, ValueSerializer serializer, WireLimits limits)
    {
        var reader = new MessagePackReader(value.Span, limits);
        return serializer.ReadUntyped(ref reader);
    }
}
