using System.Buffers.Binary;
using System.Text;

namespace QCluster.Wire;

/// <summary>
/// Reads the MessagePack format from untrusted bytes. Whatever the input, the only exception is
/// <see cref="WireFormatException"/>, and a declared length or count is checked against the bytes that are there before
/// anything is allocated for it.
/// </summary>
internal ref struct MessagePackReader
{
    private readonly ReadOnlySpan<byte> _input;
    private readonly WireLimits _limits;

    public MessagePackReader(ReadOnlySpan<byte> input, WireLimits? limits = null)
    {
        _input = input;
        _limits = limits ?? WireLimits.Default;
        Position = 0;
        if (input.Length > _limits.MaxLength)
            throw new WireFormatException($"{input.Length} bytes are more than the {_limits.MaxLength} accepted (max_packet_bytes).");
    }

    public int Position { get; private set; }

    public readonly bool End => Position >= _input.Length;

    public readonly int Remaining => _input.Length - Position;

    public readonly WireLimits Limits => _limits;

    public readonly MessagePackType PeekType()
    {
        var code = PeekCode();
        return code switch
        {
            < 0x80 or >= MessagePackCode.NegativeFixInt => MessagePackType.Integer,
            < 0x90 => MessagePackType.Map,
            < 0xa0 => MessagePackType.Array,
            < 0xc0 => MessagePackType.String,
            MessagePackCode.Nil => MessagePackType.Nil,
            MessagePackCode.False or MessagePackCode.True => MessagePackType.Boolean,
            MessagePackCode.Bin8 or MessagePackCode.Bin16 or MessagePackCode.Bin32 => MessagePackType.Binary,
            MessagePackCode.Float32 or MessagePackCode.Float64 => MessagePackType.Float,
            >= MessagePackCode.UInt8 and <= MessagePackCode.Int64 => MessagePackType.Integer,
            MessagePackCode.Str8 or MessagePackCode.Str16 or MessagePackCode.Str32 => MessagePackType.String,
            MessagePackCode.Array16 or MessagePackCode.Array32 => MessagePackType.Array,
            MessagePackCode.Map16 or MessagePackCode.Map32 => MessagePackType.Map,
            MessagePackCode.NeverUsed => throw Error("the byte 0xc1, which MessagePack never uses"),
            _ => MessagePackType.Extension,
        };
    }

    /// <summary>The sign of the next integer matters for its range: true when it only fits <see cref="ulong"/>.</summary>
    public readonly bool PeekIsLargeUnsigned() =>
        Remaining >= 9 && _input[Position] == MessagePackCode.UInt64 && (_input[Position + 1] & 0x80) != 0;

    public bool TryReadNil()
    {
        if (PeekCode() != MessagePackCode.Nil)
            return false;
        Position++;
        return true;
    }

    public bool ReadBoolean()
    {
        var code = PeekCode();
        if (code is not (MessagePackCode.True or MessagePackCode.False))
            throw Unexpected("a boolean");
        Position++;
        return code == MessagePackCode.True;
    }

    public long ReadInt64()
    {
        var code = PeekCode();
        switch (code)
        {
            case < 0x80:
                Position++;
                return code;
            case >= MessagePackCode.NegativeFixInt:
                Position++;
                return (sbyte)code;
            case MessagePackCode.UInt8:
                return Coded(1)[0];
            case MessagePackCode.UInt16:
                return BinaryPrimitives.ReadUInt16BigEndian(Coded(2));
            case MessagePackCode.UInt32:
                return BinaryPrimitives.ReadUInt32BigEndian(Coded(4));
            case MessagePackCode.UInt64:
                var position = Position;
                var value = BinaryPrimitives.ReadUInt64BigEndian(Coded(8));
                if (value <= long.MaxValue)
                    return (long)value;
                Position = position;
                throw Error($"the integer {value}, which does not fit 64 bits with a sign");
            case MessagePackCode.Int8:
                return (sbyte)Coded(1)[0];
            case MessagePackCode.Int16:
                return BinaryPrimitives.ReadInt16BigEndian(Coded(2));
            case MessagePackCode.Int32:
                return BinaryPrimitives.ReadInt32BigEndian(Coded(4));
            case MessagePackCode.Int64:
                return BinaryPrimitives.ReadInt64BigEndian(Coded(8));
            default:
                throw Unexpected("an integer");
        }
    }

    public ulong ReadUInt64()
    {
        if (PeekCode() == MessagePackCode.UInt64)
            return BinaryPrimitives.ReadUInt64BigEndian(Coded(8));
        var position = Position;
        var value = ReadInt64();
        if (value >= 0)
            return (ulong)value;
        Position = position;
        throw Error($"the integer {value}, which is negative");
    }

    public int ReadInt32() => (int)ReadInRange(int.MinValue, int.MaxValue);

    public byte ReadByte() => (byte)ReadInRange(byte.MinValue, byte.MaxValue);

    public long ReadInRange(long least, long most)
    {
        var position = Position;
        var value = ReadInt64();
        if (value >= least && value <= most)
            return value;
        Position = position;
        throw Error($"the integer {value}, which is not between {least} and {most}");
    }

    /// <summary>A float of either width; integers are accepted too.</summary>
    public double ReadDouble()
    {
        switch (PeekCode())
        {
            case MessagePackCode.Float64:
                return BinaryPrimitives.ReadDoubleBigEndian(Coded(8));
            case MessagePackCode.Float32:
                return BinaryPrimitives.ReadSingleBigEndian(Coded(4));
            case MessagePackCode.UInt64:
                return BinaryPrimitives.ReadUInt64BigEndian(Coded(8));
            default:
                if (PeekType() != MessagePackType.Integer)
                    throw Unexpected("a number");
                return ReadInt64();
        }
    }

    public readonly bool PeekIsSingle() => PeekCode() == MessagePackCode.Float32;

    public string ReadString()
    {
        var position = Position;
        var bytes = ReadStringSpan();
        try
        {
            return StrictUtf8.Encoding.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            Position = position;
            throw new WireFormatException(Text("a string that is not valid UTF-8"), e);
        }
    }

    public ReadOnlySpan<byte> ReadStringSpan()
    {
        var code = PeekCode();
        switch (code)
        {
            case >= MessagePackCode.FixStr and < MessagePackCode.Nil:
                return Counted(1, (uint)(code & 0x1f));
            case MessagePackCode.Str8:
                return Counted(2, Ahead(2)[1]);
            case MessagePackCode.Str16:
                return Counted(3, BinaryPrimitives.ReadUInt16BigEndian(Ahead(3)[1..]));
            case MessagePackCode.Str32:
                return Counted(5, BinaryPrimitives.ReadUInt32BigEndian(Ahead(5)[1..]));
            default:
                throw Unexpected("a string");
        }
    }

    public ReadOnlySpan<byte> ReadBinary()
    {
        switch (PeekCode())
        {
            case MessagePackCode.Bin8:
                return Counted(2, Ahead(2)[1]);
            case MessagePackCode.Bin16:
                return Counted(3, BinaryPrimitives.ReadUInt16BigEndian(Ahead(3)[1..]));
            case MessagePackCode.Bin32:
                return Counted(5, BinaryPrimitives.ReadUInt32BigEndian(Ahead(5)[1..]));
            default:
                throw Unexpected("binary data");
        }
    }

    /// <summary>The number of elements; there are at least as many bytes left.</summary>
    public int ReadArrayHeader()
    {
        var code = PeekCode();
        return code switch
        {
            >= MessagePackCode.FixArray and < MessagePackCode.FixStr => Header(1, (uint)(code & 0x0f), 1),
            MessagePackCode.Array16 => Header(3, BinaryPrimitives.ReadUInt16BigEndian(Ahead(3)[1..]), 1),
            MessagePackCode.Array32 => Header(5, BinaryPrimitives.ReadUInt32BigEndian(Ahead(5)[1..]), 1),
            _ => throw Unexpected("an array"),
        };
    }

    /// <summary>The number of pairs; there are at least twice as many bytes left.</summary>
    public int ReadMapHeader()
    {
        var code = PeekCode();
        return code switch
        {
            >= MessagePackCode.FixMap and < MessagePackCode.FixArray => Header(1, (uint)(code & 0x0f), 2),
            MessagePackCode.Map16 => Header(3, BinaryPrimitives.ReadUInt16BigEndian(Ahead(3)[1..]), 2),
            MessagePackCode.Map32 => Header(5, BinaryPrimitives.ReadUInt32BigEndian(Ahead(5)[1..]), 2),
            _ => throw Unexpected("a map"),
        };
    }

    public ReadOnlySpan<byte> ReadExtension(out sbyte type)
    {
        var code = PeekCode();
        int header;
        uint length;
        switch (code)
        {
            case >= MessagePackCode.FixExt1 and <= MessagePackCode.FixExt16:
                (header, length) = (2, 1u << (code - MessagePackCode.FixExt1));
                break;
            case MessagePackCode.Ext8:
                (header, length) = (3, Ahead(3)[1]);
                break;
            case MessagePackCode.Ext16:
                (header, length) = (4, BinaryPrimitives.ReadUInt16BigEndian(Ahead(4)[1..]));
                break;
            case MessagePackCode.Ext32:
                (header, length) = (6, BinaryPrimitives.ReadUInt32BigEndian(Ahead(6)[1..]));
                break;
            default:
                throw Unexpected("an extension");
        }

        type = (sbyte)Ahead(header)[header - 1];
        return Counted(header, length);
    }

    public readonly sbyte PeekExtensionType()
    {
        var copy = this;
        copy.ReadExtension(out var type);
        return type;
    }

    public DateTimeOffset ReadTimestamp()
    {
        var position = Position;
        var data = ReadExtension(out var type);
        if (type == ExtensionType.Timestamp)
        {
            var (seconds, nanoseconds) = data.Length switch
            {
                4 => (BinaryPrimitives.ReadUInt32BigEndian(data), 0u),
                8 => ((long)(BinaryPrimitives.ReadUInt64BigEndian(data) & 0x3_ffff_ffff), (uint)(BinaryPrimitives.ReadUInt64BigEndian(data) >> 34)),
                12 => (BinaryPrimitives.ReadInt64BigEndian(data[4..]), BinaryPrimitives.ReadUInt32BigEndian(data)),
                _ => (long.MaxValue, 0u),
            };
            if (nanoseconds < 1_000_000_000 && seconds is >= -62135596800 and <= 253402300799)
                return DateTimeOffset.UnixEpoch.AddTicks((seconds * TimeSpan.TicksPerSecond) + (nanoseconds / 100));
        }

        Position = position;
        throw Error(type == ExtensionType.Timestamp ? "a timestamp that is malformed or out of range" : $"an extension of type {type} where a timestamp is expected");
    }

    /// <summary>Passes over one value, however deep, up to the limit.</summary>
    public void Skip()
    {
        Span<uint> left = stackalloc uint[_limits.MaxDepth + 1];
        var depth = 0;
        left[0] = 1;
        while (true)
        {
            while (left[depth] == 0)
            {
                if (depth-- == 0)
                    return;
            }

            left[depth]--;
            var count = SkipOne();
            if (count == 0)
                continue;
            if (depth == _limits.MaxDepth)
                throw Error($"values nested deeper than {_limits.MaxDepth}");
            left[++depth] = count;
        }
    }

    /// <summary>The bytes of one value.</summary>
    public ReadOnlySpan<byte> ReadRaw()
    {
        var start = Position;
        Skip();
        return _input[start..Position];
    }

    private uint SkipOne()
    {
        switch (PeekType())
        {
            case MessagePackType.Nil or MessagePackType.Boolean:
                Position++;
                return 0;
            case MessagePackType.Integer:
                ReadNumber();
                return 0;
            case MessagePackType.Float:
                ReadDouble();
                return 0;
            case MessagePackType.String:
                ReadStringSpan();
                return 0;
            case MessagePackType.Binary:
                ReadBinary();
                return 0;
            case MessagePackType.Extension:
                ReadExtension(out _);
                return 0;
            case MessagePackType.Array:
                return (uint)ReadArrayHeader();
            default:
                return 2 * (uint)ReadMapHeader();
        }
    }

    private void ReadNumber()
    {
        if (PeekCode() == MessagePackCode.UInt64)
            Coded(8);
        else
            ReadInt64();
    }

    private readonly byte PeekCode()
    {
        if ((uint)Position >= (uint)_input.Length)
            throw Error("the end of the data");
        return _input[Position];
    }

    private readonly ReadOnlySpan<byte> Ahead(int size)
    {
        if (Remaining < size)
            throw Error($"the end of the data after {Remaining} of {size} bytes of a value");
        return _input.Slice(Position, size);
    }

    private ReadOnlySpan<byte> Coded(int size)
    {
        var data = Ahead(size + 1)[1..];
        Position += size + 1;
        return data;
    }

    private ReadOnlySpan<byte> Counted(int header, uint length)
    {
        if (length > (uint)(Remaining - header))
            throw Error($"a declared length of {length} bytes with {Math.Max(0, Remaining - header)} left");
        var data = _input.Slice(Position + header, (int)length);
        Position += header + (int)length;
        return data;
    }

    private int Header(int header, uint count, int least)
    {
        if (count > (uint)((Remaining - header) / least))
            throw Error($"a declared count of {count} with {Math.Max(0, Remaining - header)} bytes left");
        Position += header;
        return (int)count;
    }

    /// <summary>An error that names the place and what is there.</summary>
    public readonly WireFormatException Error(string seen) => new(Text(seen));

    public readonly WireFormatException Unexpected(string expected) => Error($"{Describe(PeekType())} where {expected} is expected");

    private readonly string Text(string seen) => $"At byte {Position} of {_input.Length} stands {seen}.";

    public static string Describe(MessagePackType type) => type switch
    {
        MessagePackType.Nil => "nil",
        MessagePackType.Boolean => "a boolean",
        MessagePackType.Integer => "an integer",
        MessagePackType.Float => "a float",
        MessagePackType.String => "a string",
        MessagePackType.Binary => "binary data",
        MessagePackType.Array => "an array",
        MessagePackType.Map => "a map",
        _ => "an extension",
    };
}
