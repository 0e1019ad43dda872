
namespace QCluster.Wire;

/// <summary>
/// How a task ended: body of an outcome envelope is an array of state, attempt, started, stopped (Unix microseconds), value or
/// nil, error (array of reason, type, message, stack) or nil, worker, cluster. At the record key the task's element follows.
/// </summary>
internal sealed class TaskOutcome
{
    public required TaskState State { get; init; }

    public required ushort Attempt { get; init; }

    /// <summary>When a worker began it; null when none did.</summary>
    public DateTimeOffset? Started { get; init; }

    public required DateTimeOffset Stopped { get; init; }

    /// <summary>One MessagePack value, or nothing.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    public TaskError? Error { get; init; }

    public string Worker { get; init; } = "";

    public string Cluster { get; init; } = "";

    public byte[] ToBytes(Guid id, PacketSigner signer, bool compress)
    {
        using var body = new PooledBuffer();
        var writer = new MessagePackWriter(body);
        writer.WriteArrayHeader(8);
        writer.Write((ulong)State);
        writer.Write((ulong)Attempt);
        if (Started is { } started)
            writer.Write(Microseconds(started));
        else
            writer.WriteNil();
        writer.Write(Microseconds(Stopped));
        if (Value.IsEmpty)
            writer.WriteNil();
        else
            writer.WriteRaw(Value.Span);
        WriteError(ref writer);
        writer.Write(Worker.AsSpan());
        writer.Write(Cluster.AsSpan());
        writer.Flush();

        using var envelope = new PooledBuffer(body.Length + 64);
        Envelope.Write(envelope, EnvelopePurpose.Outcome, id, body.WrittenSpan, signer, compress);
        return envelope.WrittenSpan.ToArray();
    }

    private void WriteError(ref MessagePackWriter writer)
    {
        if (Error is null)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteArrayHeader(4);
        writer.Write((ulong)Error.Reason);
        WriteText(ref writer, Error.Type);
        WriteText(ref writer, Error.Message);
        WriteText(ref writer, Error.Stack);
    }

    /// <summary>Texts of errors come from anywhere: what is not valid Unicode is replaced, not refused.</summary>
    private static void WriteText(ref MessagePackWriter writer, string? text)
    {
        if (text is null)
            writer.WriteNil();
        else
            writer.WriteUtf8(System.Text.Encoding.UTF8.GetBytes(text));
    }

    /// <param name="record">The outcome, and maybe the task's element behind it.</param>
    /// <param name="id">The task.</param>
    /// <param name="signer">Checks.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="element">The element, or nothing.</param>
    /// <exception cref="WireFormatException">Damaged or refused.</exception>
    public static TaskOutcome Read(ReadOnlyMemory<byte> record, Guid id, PacketSigner signer, WireLimits limits, out ReadOnlyMemory<byte> element)
    {
        // A record holds two packets, each of which may have the full size.
        var wider = limits with { MaxLength = (int)Math.Min(int.MaxValue, 2L * limits.MaxLength) };
        var body = Envelope.Read(record, EnvelopePurpose.Outcome, id, signer, wider, out var consumed);
        element = record[consumed..];
        var reader = new MessagePackReader(body.Span, limits);
        var count = reader.ReadArrayHeader();
        if (count < 8)
            throw new WireFormatException($"An outcome has {count} items; at least 8 are needed.");
        var state = (TaskState)reader.ReadInRange((long)TaskState.Succeeded, (long)TaskState.Cancelled);
        var attempt = (ushort)reader.ReadInRange(0, ushort.MaxValue);
        DateTimeOffset? started = reader.TryReadNil() ? null : Moment(ref reader);
        var stopped = Moment(ref reader);
        var start = reader.Position;
        reader.Skip();
        var value = body[start..reader.Position];
        return new TaskOutcome
        {
            State = state,
            Attempt = attempt,
            Started = started,
            Stopped = stopped,
            Value = value,
            Error = ReadError(ref reader),
            Worker = reader.ReadString(),
            Cluster = reader.ReadString(),
        };
    }

    private static TaskError? ReadError(ref MessagePackReader reader)
    {
        if (reader.TryReadNil())
            return null;
        var count = reader.ReadArrayHeader();
        if (count < 4)
            throw new WireFormatException($"An error has {count} items; at least 4 are needed.");
        var error = new TaskError(
            (FailureReason)reader.ReadByte(),
            reader.TryReadNil() ? null : reader.ReadString(),
            reader.TryReadNil() ? "" : reader.ReadString(),
            reader.TryReadNil() ? null : reader.ReadString());
        for (var i = 4; i < count; i++)
            reader.Skip();
        return error;
    }

    private static long Microseconds(DateTimeOffset moment) => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static DateTimeOffset Moment(ref MessagePackReader reader) =>
        DateTimeOffset.UnixEpoch.AddTicks(reader.ReadInRange(0, 253402300799999999) * TimeSpan.TicksPerMicrosecond);
}
