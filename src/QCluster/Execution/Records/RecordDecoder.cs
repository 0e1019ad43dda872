using QCluster.Model;
using QCluster.Queue;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;
using QCluster.Wire.Values;

namespace QCluster.Execution.Records;

/// <summary>Converts the data of a task in Redis, or in the database, to its record.</summary>
internal sealed class RecordDecoder(PacketFormat format)
{
    public PacketFormat Format => format;

    public TaskRecord? Decode(TaskId id, TaskLookup lookup)
    {
        switch (lookup.Place)
        {
            // The empty mark of a task whose result is not kept exists for repeated enqueues; it expires soon, and has no content.
            case TaskPlace.Unknown:
            case TaskPlace.Finished when lookup.Record.IsEmpty:
                return null;
            case TaskPlace.Finished:
                return Named(id, () => Decode(id, lookup.Record));
            default:
                return Unfinished(id, lookup);
        }
    }

    private static T Named<T>(TaskId id, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (WireFormatException e)
        {
            throw new WireFormatException($"The record of the task {id} cannot be read: {e.Message}", e);
        }
    }

    private TaskRecord Unfinished(TaskId id, TaskLookup lookup)
    {
        var packet = ReadPacket(lookup.Element, id.Queue);
        var attempts = packet is null ? [] : Attempts(id, packet, null);
        return Described(packet, new TaskRecord
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
            IsLimited = lookup.Place == TaskPlace.Limited,
            Attempts = attempts,
            Attempt = attempts.Count == 0 ? 0 : attempts[^1].Number,
            Error = attempts.Count == 0 ? null : attempts[^1].Error,
        });
    }

    /// <summary>With what the packet says.</summary>
    private TaskRecord Described(TaskPacket? packet, TaskRecord record) => packet is null ? record : record with
    {
        Name = packet.Name,
        Func = packet.Func,
        Hook = packet.Hook,
        Group = packet.Group,
        Schedule = packet.Schedule,
        ScheduledFor = packet.Slot,
        Args = (IReadOnlyList<object?>?)Untyped(PreviousValue.Fill(packet.Args, Nil)) ?? [],
        Kwargs = packet.Kwargs.IsEmpty ? new Dictionary<string, object?>(StringComparer.Ordinal) : (Dictionary<string, object?>)Untyped(PreviousValue.Fill(packet.Kwargs, Nil))!,
    };

    /// <summary>The attempts in a packet's history, and the last one. Unreadable ones are omitted: they must not hide the rest.</summary>
    private List<TaskAttempt> Attempts(TaskId id, TaskPacket packet, TaskOutcome? last)
    {
        var attempts = new List<TaskAttempt>();
        try
        {
            foreach (var bytes in TaskElement.OutcomesOf(packet.History))
                attempts.Add(Attempt(TaskOutcome.Read(bytes, id, format, out _)));
        }
        catch (WireFormatException)
        {
            // An altered history.
        }

        if (last is { Attempt: > 0 })
            attempts.Add(Attempt(last));
        return attempts;
    }

    private static TaskAttempt Attempt(TaskOutcome outcome) => new(outcome.Attempt, outcome.Started, outcome.Stopped, outcome.Error, outcome.Cluster, outcome.Worker);

    /// <summary>The record of a finished task.</summary>
    public TaskRecord Decode(TaskId id, ReadOnlyMemory<byte> record)
    {
        var outcome = TaskOutcome.Read(record, id, format, out var element);
        var packet = ReadPacket(element, id.Queue);
        return Described(packet, new TaskRecord
        {
            Id = id.ToString(),
            State = outcome.State,
            Result = outcome.State == TaskState.Succeeded ? Untyped(outcome.Value) : outcome.Error?.ToString(),
            Queued = id.Created,
            Started = outcome.Started,
            Stopped = outcome.Stopped,
            Attempt = outcome.Attempt,
            Attempts = packet is null ? [] : Attempts(id, packet, outcome),
            Error = outcome.Error,
            Cluster = outcome.Cluster,
            Worker = outcome.Worker,
        });
    }

    /// <summary>The record of one of many finished tasks. An unreadable record must not hide the others.</summary>
    /// <param name="id">The task.</param>
    /// <param name="record">Its record.</param>
    /// <param name="state">Its state, known without the record.</param>
    public TaskRecord DecodeListed(TaskId id, ReadOnlyMemory<byte> record, TaskState state)
    {
        try
        {
            return Decode(id, record);
        }
        catch (Exception e)
        {
            var why = $"The record of the task {id} cannot be read: {e.Message}";
            var packet = PacketBehind(id, record);
            return new TaskRecord
            {
                Id = id.ToString(),
                State = state,
                Queued = id.Created,
                Name = packet?.Name,
                Func = packet?.Func,
                Group = packet?.Group,
                Unreadable = e.Message,
                Error = new TaskError(FailureReason.Refused, null, why, null),
                Result = why,
            };
        }
    }

    private TaskPacket? PacketBehind(TaskId id, ReadOnlyMemory<byte> record)
    {
        try
        {
            return ReadPacket(record[Envelope.LengthOf(record)..], id.Queue);
        }
        catch (WireFormatException)
        {
            return null;
        }
    }

    /// <summary>Tells whether the failure must not be reported by mail.</summary>
    public bool IsQuiet(TaskId id, ReadOnlyMemory<byte> record)
    {
        var outcome = TaskOutcome.Read(record, id, format, out var element);
        return outcome.NoErrorMail || ReadPacket(element, id.Queue) is { Result.NoErrorMail: true };
    }

    /// <summary>The call of a packet.</summary>
    public TaskCall CallOf(TaskPacket packet) => new(packet.Func)
    {
        Args = (IReadOnlyList<object?>?)Untyped(packet.Args) ?? [],
        Kwargs = packet.Kwargs.IsEmpty ? null : (Dictionary<string, object?>)Untyped(packet.Kwargs)!,
    };

    /// <summary>The typed value of a finished task.</summary>
    /// <exception cref="TaskFailedException">The task did not succeed.</exception>
    public T Value<T>(TaskId id, ReadOnlyMemory<byte> record) => Read<T>(RawValue(id, record));

    public T Read<T>(ReadOnlyMemory<byte> value)
    {
        var reader = new WireReader(value, format.Limits with { MaxLength = int.MaxValue });
        return format.Serializer.Read<T>(ref reader);
    }

    /// <summary>The value of a finished task as MessagePack.</summary>
    /// <exception cref="TaskFailedException">The task did not succeed.</exception>
    public ReadOnlyMemory<byte> RawValue(TaskId id, ReadOnlyMemory<byte> record)
    {
        var element = ReadOnlyMemory<byte>.Empty;
        var outcome = Named(id, () => TaskOutcome.Read(record, id, format, out element));
        if (outcome.State != TaskState.Succeeded)
            throw new TaskFailedException(id.ToString(), ReadPacket(element, id.Queue)?.Func, outcome.Error ?? new TaskError(FailureReason.Exception, null, "No error was recorded.", null));
        return outcome.Value.IsEmpty ? new byte[] { 0xc0 } : outcome.Value;
    }

    /// <summary>The packet in a record; null if it is missing or was refused: its record must still be readable.</summary>
    public TaskPacket? PacketOf(TaskId id, ReadOnlyMemory<byte> record)
    {
        TaskOutcome.Read(record, id, format, out var element);
        return ReadPacket(element, id.Queue);
    }

    /// <summary>The packet of an unfinished task; null if it was refused or is missing.</summary>
    public TaskPacket? PacketOfElement(TaskId id, ReadOnlyMemory<byte> element) => ReadPacket(element, id.Queue);

    /// <summary>The record of any task. Its outcome and its packet must belong to the same task.</summary>
    public TaskRecord ReadAny(ReadOnlyMemory<byte> record, string queue)
    {
        // The outcome is signed for one id only, which is in the element after it.
        var element = record[Envelope.LengthOf(record)..];
        var id = new TaskId(TaskElement.Read(element.Span).Key.Id, queue);
        var packet = TaskPacket.Read(element, queue, format);
        return Decode(id with { Queue = packet.Queue ?? queue }, record);
    }

    /// <summary>Converts a record to the form of a database.</summary>
    public SavedTask ToSaved(TaskId id, byte[] record)
    {
        var outcome = TaskOutcome.Read(record, id, format, out var element);
        var packet = ReadPacket(element, id.Queue);
        return new SavedTask
        {
            Id = id,
            State = outcome.State,
            Name = packet?.Name,
            Func = packet?.Func,
            Group = packet?.Group,
            Cluster = outcome.Cluster,
            Started = outcome.Started,
            Stopped = outcome.Stopped,
            Record = record,
        };
    }

    private static ReadOnlySpan<byte> Nil => [0xc0];

    private TaskPacket? ReadPacket(ReadOnlyMemory<byte> element, string queue)
    {
        if (element.IsEmpty)
            return null;
        try
        {
            return TaskPacket.Read(element, queue, format);
        }
        catch (WireFormatException)
        {
            return null;
        }
    }

    private object? Untyped(ReadOnlyMemory<byte> value)
    {
        var reader = new WireReader(value, format.Limits);
        return format.Serializer.ReadUntyped(ref reader);
    }
}
