
namespace QCluster.Wire;

/// <summary>One call to run: body of a task envelope is an array of function name, array of arguments, map of named arguments or nil, map of options or nil.</summary>
internal sealed class TaskPacket
{
    private static readonly byte[] NoArguments = [MessagePackCode.FixArray];

    public required string Func { get; init; }

    /// <summary>One MessagePack array.</summary>
    public ReadOnlyMemory<byte> Args { get; init; } = NoArguments;

    /// <summary>One MessagePack map, or nothing.</summary>
    public ReadOnlyMemory<byte> Kwargs { get; init; }

    public string? Name { get; init; }

    public TimeSpan? Timeout { get; init; }

    /// <summary>How long the record is kept; null = as the cluster says.</summary>
    public TimeSpan? ResultTtl { get; init; }

    public bool IgnoreResult { get; init; }

    public DateTimeOffset? Expires { get; init; }

    public int? MaxLost { get; init; }

    /// <summary>A whole element, first attempt.</summary>
    public byte[] ToElement(TaskId id, PacketSigner signer, bool compress, int maxLength)
    {
        using var body = new PooledBuffer();
        var writer = new MessagePackWriter(body);
        writer.WriteArrayHeader(4);
        writer.Write(Func.AsSpan());
        writer.WriteRaw(Args.Span);
        if (Kwargs.IsEmpty)
            writer.WriteNil();
        else
            writer.WriteRaw(Kwargs.Span);
        WriteOptions(ref writer);
        writer.Flush();

        using var element = new PooledBuffer(body.Length + 96);
        TaskElement.WriteHeader(element.GetSpan(TaskElement.HeaderSize), 0, new AttemptKey(1, id.Value));
        element.Advance(TaskElement.HeaderSize);
        Envelope.Write(element, EnvelopePurpose.Task, id.Value, body.WrittenSpan, signer, compress);
        if (element.Length > maxLength)
            throw new SerializationException($"The task {Func} with its arguments has {element.Length} bytes; at most {maxLength} are accepted (max_packet_bytes). Pass a reference to the data instead, for example a path or a key.");
        return element.WrittenSpan.ToArray();
    }

    /// <exception cref="WireFormatException">Damaged or refused.</exception>
    public static TaskPacket Read(ReadOnlyMemory<byte> element, PacketSigner signer, WireLimits limits)
    {
        var (_, attempt) = TaskElement.ReadHeader(element.Span);
        var body = Envelope.Read(element[TaskElement.HeaderSize..], EnvelopePurpose.Task, attempt.Id, signer, limits, out _);
        return ReadBody(body, limits);
    }

    private static TaskPacket ReadBody(ReadOnlyMemory<byte> body, WireLimits limits)
    {
        var reader = new MessagePackReader(body.Span, limits);
        var count = reader.ReadArrayHeader();
        if (count < 4)
            throw new WireFormatException($"A task has {count} items; at least 4 are needed.");
        var func = reader.ReadString();
        if (reader.PeekType() != MessagePackType.Array)
            throw reader.Unexpected("the array of arguments");
        var start = reader.Position;
        reader.Skip();
        var args = body[start..reader.Position];
        ReadOnlyMemory<byte> kwargs = default;
        if (!reader.TryReadNil())
        {
            if (reader.PeekType() != MessagePackType.Map)
                throw reader.Unexpected("the map of named arguments");
            start = reader.Position;
            reader.Skip();
            kwargs = body[start..reader.Position];
        }

        string? name = null;
        TimeSpan? timeout = null;
        TimeSpan? ttl = null;
        var ignore = false;
        DateTimeOffset? expires = null;
        int? maxLost = null;
        for (var options = reader.TryReadNil() ? 0 : reader.ReadMapHeader(); options > 0; options--)
        {
            switch ((Option)reader.ReadInt64())
            {
                case Option.Name: name = reader.ReadString(); break;
                case Option.Timeout: timeout = TimeSpan.FromMilliseconds(reader.ReadInRange(1, LongestMilliseconds)); break;
                case Option.ResultTtl: ttl = TimeSpan.FromMilliseconds(reader.ReadInRange(1, LongestMilliseconds)); break;
                case Option.IgnoreResult: ignore = reader.ReadBoolean(); break;
                case Option.Expires: expires = DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInRange(0, 253402300799999)); break;
                case Option.MaxLost: maxLost = (int)reader.ReadInRange(1, 200); break;
                default: reader.Skip(); break;
            }
        }

        return new TaskPacket { Func = func, Args = args, Kwargs = kwargs, Name = name, Timeout = timeout, ResultTtl = ttl, IgnoreResult = ignore, Expires = expires, MaxLost = maxLost };
    }

    private const long LongestMilliseconds = 10L * 366 * 24 * 3600 * 1000;

    private void WriteOptions(ref MessagePackWriter writer)
    {
        var count = (Name is null ? 0 : 1) + (Timeout is null ? 0 : 1) + (ResultTtl is null ? 0 : 1) + (IgnoreResult ? 1 : 0) + (Expires is null ? 0 : 1) + (MaxLost is null ? 0 : 1);
        if (count == 0)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteMapHeader(count);
        if (Name is not null)
        {
            writer.Write((ulong)Option.Name);
            writer.Write(Name.AsSpan());
        }

        if (Timeout is { } timeout)
            WriteOption(ref writer, Option.Timeout, (long)Math.Ceiling(timeout.TotalMilliseconds));
        if (ResultTtl is { } ttl)
            WriteOption(ref writer, Option.ResultTtl, (long)Math.Ceiling(ttl.TotalMilliseconds));
        if (IgnoreResult)
        {
            writer.Write((ulong)Option.IgnoreResult);
            writer.Write(true);
        }

        if (Expires is { } expires)
            WriteOption(ref writer, Option.Expires, expires.ToUnixTimeMilliseconds());
        if (MaxLost is { } maxLost)
            WriteOption(ref writer, Option.MaxLost, maxLost);
    }

    private static void WriteOption(ref MessagePackWriter writer, Option option, long value)
    {
        writer.Write((ulong)option);
        writer.Write(value);
    }

    /// <summary>The keys of the options map. Readers pass over keys they do not know.</summary>
    private enum Option
    {
        None = 0,
        Name = 1,
        Timeout = 2,
        ResultTtl = 3,
        IgnoreResult = 4,
        Expires = 5,
        MaxLost = 7,
    }
}
