using MessagePack;
using QCluster.Model;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Packets;

/// <summary>One call to run, as it travels. Arguments stay MessagePack until a worker knows their parameters.</summary>
internal sealed record TaskPacket
{
    private const int ItemCount = 4;

    // An option of the task itself takes a property below and a line here; those of the nested records stand there. A key once used is never given another
    // meaning. They are written in the order of their keys.
    private static readonly PacketOption[] Options = PacketOption.InOrder(
    [
        PacketOption.Text(1, static packet => packet.Name, static (packet, value) => packet.Name = value),
        PacketOption.UnixMilliseconds(5, static packet => packet.Expires, static (packet, value) => packet.Expires = value),
        PacketOption.Text(6, static packet => packet.Group, static (packet, value) => packet.Group = value),
        PacketOption.Text(8, static packet => packet.Hook, static (packet, value) => packet.Hook = value),
        PacketOption.Text(9, static packet => packet.HookOf, static (packet, value) => packet.HookOf = value),
        PacketOption.Text(10, static packet => packet.Previous, static (packet, value) => packet.Previous = value),
        PacketOption.Text(12, static packet => packet.Queue, static (packet, value) => packet.Queue = value),
        PacketOption.Count(13, static packet => packet.Priority, static (packet, value) => packet.Priority = value),
        PacketOption.Bytes(14, static packet => packet.HookArgs, static (packet, value) => packet.HookArgs = value),
        PacketOption.UnixMilliseconds(27, static packet => packet.Slot, static (packet, value) => packet.Slot = value),
        PacketOption.Text(28, static packet => packet.Schedule, static (packet, value) => packet.Schedule = value),
        PacketOption.Text(29, static packet => packet.CallbackOf, static (packet, value) => packet.CallbackOf = value),
        PacketOption.Flag(31, static packet => packet.Isolated, static (packet, value) => packet.Isolated = value),
        PacketOption.Text(32, static packet => packet.Callback, static (packet, value) => packet.Callback = value),
        PacketOption.Text(33, static packet => packet.ValueOf, static (packet, value) => packet.ValueOf = value),
        PacketOption.Text(34, static packet => packet.TraceParent, static (packet, value) => packet.TraceParent = value),
        PacketOption.Text(35, static packet => packet.TraceState, static (packet, value) => packet.TraceState = value),
        .. RetryOptions.Rows,
        .. LimitOptions.Rows,
        .. ResultOptions.Rows,
    ]);

    public required TaskId Id { get; init; }

    /// <summary>The number of the attempt, from 1. Not signed: Redis counts it.</summary>
    public ushort Attempt { get; init; } = 1;

    /// <summary>The number of workers that died while they held the task. Not signed: Redis counts it.</summary>
    public byte Lost { get; init; }

    public required string Func { get; init; }

    /// <summary>A MessagePack array; empty bytes mean no arguments.</summary>
    public ReadOnlyMemory<byte> Args { get; init; }

    /// <summary>A MessagePack map; empty bytes mean no arguments.</summary>
    public ReadOnlyMemory<byte> Kwargs { get; init; }

    public string? Name { get; set; }

    public RetryOptions Retry { get; set; } = RetryOptions.None;

    public LimitOptions Limits { get; set; } = LimitOptions.None;

    public ResultOptions Result { get; set; } = ResultOptions.None;

    public DateTimeOffset? Expires { get; set; }

    public string? Group { get; set; }

    public string? Hook { get; set; }

    /// <summary>The arguments of the hook after the record, a MessagePack array. Kept to run the task again.</summary>
    public byte[]? HookArgs { get; set; }

    /// <summary>The priority, if it is not the default. Kept to run the task again; its list determines where it waits.</summary>
    public int? Priority { get; set; }

    /// <summary>The function that is called with the value after a success.</summary>
    public string? Callback { get; set; }

    /// <summary>The task whose value this one is called with.</summary>
    public string? ValueOf { get; set; }

    /// <summary>The task runs in a worker process of its own.</summary>
    public bool Isolated { get; set; }

    public TaskLane Lane => TaskLane.Of(Priority, Isolated);

    /// <summary>The queue of a chain's step that is not in the chain's queue.</summary>
    public string? Queue { get; set; }

    /// <summary>The task of which it is the hook, or empty for any task of its group; <see cref="Attachment"/> is the record of that task.</summary>
    public string? HookOf { get; set; }

    /// <summary>The task whose value it takes as an argument; <see cref="Attachment"/> begins with the outcome of that task.</summary>
    public string? Previous { get; set; }

    /// <summary>The due time of its occurrence.</summary>
    public DateTimeOffset? Slot { get; set; }

    /// <summary>The schedule it comes from.</summary>
    public string? Schedule { get; set; }

    /// <summary>The group whose members' records it is given.</summary>
    public string? CallbackOf { get; set; }

    /// <summary>The span that enqueued it, as W3C's traceparent.</summary>
    public string? TraceParent { get; set; }

    /// <summary>The same as its tracestate.</summary>
    public string? TraceState { get; set; }

    /// <summary>The outcomes of the previous attempts, each after its length and with its own signature.</summary>
    public ReadOnlyMemory<byte> History { get; init; }

    /// <summary>Not signed itself: its contents are signed, for the id that this packet names.</summary>
    public ReadOnlyMemory<byte> Attachment { get; init; }

    public AttemptKey Key => new(Attempt, Id.Value);

    /// <summary>
    /// The same call under another id, as if for the first time: without what belongs to this task alone. The attachment stays: a hook, a callback or a step of
    /// a chain is called with the record or the value that it followed from.
    /// </summary>
    public TaskPacket With(TaskId id) => this with
    {
        Id = id,
        Attempt = 1,
        Lost = 0,
        History = default,
        Expires = null,
        Queue = null,
        Slot = null,
        Schedule = null,
        TraceParent = null,
        TraceState = null,
    };

    /// <summary>The whole element: header and envelope.</summary>
    /// <exception cref="SerializationException">The element is larger than allowed.</exception>
    public byte[] ToElement(PacketFormat format)
    {
        using var draft = EnvelopeDraft.Rent();
        var body = new MessagePackWriter(draft.Buffer);
        WriteBody(ref body);
        body.Flush();
        var element = Envelope.Seal(draft, Id.Value, PacketPurpose.Task, format.Signer, format.Compress, TaskElement.HeaderLength);
        if (element.Length > format.Limits.MaxLength)
            throw new SerializationException($"The task {Func} with its arguments has {element.Length} bytes; at most {format.Limits.MaxLength} are accepted (max_packet_bytes). Pass a reference to the data instead, for example a path or a key.");
        TaskElement.WriteHeader(element, new TaskElementHeader(Lost, Key));
        return element;
    }

    /// <summary>Reads and checks a whole element. <see cref="Args"/> and <see cref="Kwargs"/> may be slices of it, so it must not change.</summary>
    /// <exception cref="WireFormatException">The element is damaged, too large, of an unknown version, or not correctly signed.</exception>
    public static TaskPacket Read(ReadOnlyMemory<byte> element, string queue, PacketFormat format)
    {
        var header = TaskElement.Read(element.Span);
        var envelope = TaskElement.EnvelopeOf(element, out var attachment, out var history);
        var body = Envelope.Open(envelope, header.Key.Id, PacketPurpose.Task, format.Signer, format.Limits, out var length);
        if (length != envelope.Length)
            throw new WireFormatException($"{envelope.Length - length} bytes follow a task's envelope, where it should end.");

        var reader = new WireReader(body, format.Limits);
        var count = reader.ReadArrayHeader();
        if (count < ItemCount)
            throw new WireFormatException($"A task packet has {ItemCount} items; this one has {count}.");
        var packet = new TaskPacket
        {
            Id = new TaskId(header.Key.Id, queue),
            Attempt = header.Key.Attempt,
            Lost = header.Lost,
            Attachment = attachment,
            History = history,
            Func = reader.ReadString(),
            Args = ReadArguments(ref reader, MessagePackType.Array),
            Kwargs = reader.TryReadNil() ? default : ReadArguments(ref reader, MessagePackType.Map),
        };
        PacketOption.ReadAll(ref reader, Options, packet);
        for (var i = ItemCount; i < count; i++)
            reader.Skip();
        return reader.End ? packet : throw new WireFormatException($"{reader.Remaining} bytes follow a task packet, where it should end.");
    }

    private static ReadOnlyMemory<byte> ReadArguments(ref WireReader reader, MessagePackType type) =>
        reader.PeekType() == type ? reader.ReadRaw() : throw reader.Unexpected($"{WireErrors.Name(type)} of arguments");

    private void WriteBody(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(ItemCount);
        writer.WriteText(Func);
        if (Args.IsEmpty)
            writer.WriteArrayHeader(0);
        else
            writer.WriteRaw(Args.Span);
        if (Kwargs.IsEmpty)
            writer.WriteNil();
        else
            writer.WriteRaw(Kwargs.Span);
        PacketOption.WriteAll(ref writer, Options, this);
    }
}
