using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace QCluster.Wire;

/// <summary>
/// Reads MessagePack in any of its encodings. Whatever the bytes are, the only exception is <see cref="WireFormatException"/>,
/// and nothing is allocated on the word of a header alone. A copy of the struct looks ahead.
/// </summary>
internal ref struct MessagePackReader
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly int _maxDepth;
    private int _position;

    public MessagePackReader(ReadOnlySpan<byte> data)
        : this(data, WireLimits.Default)
    {
    }

    public MessagePackReader(ReadOnlySpan<byte> data, WireLimits limits)
        : this(data, limits.MaxDepth)
    {
        if (data.Length > limits.MaxLength)
            throw WireErrors.TooLong(data.Length, limits.MaxLength);
    }

    /// <summary>For callers that check the lengths of parts themselves.</summary>
    public MessagePackReader(ReadOnlySpan<byte> data, int maxDepth)
    {
        _data = data;
        _maxDepth = maxDepth;
        _position = 0;
    }

    /// <summary>How many bytes have been read.</summary>
    public readonly int Consumed => _position;

    public readonly int Remaining => _data.Length - _position;

    public readonly bool End => _position >= _data.Length;

    public readonly int MaxDepth => _maxDepth;

    public readonly MessagePackType PeekType()
    {
        if (End)
            throw WireErrors.EndsEarly(_position, 1, 0);
        return MessagePackCode.TypeOf(_data[_position]) ?? throw WireErrors.NeverUsed(_position);
    }

    /// <summary>The type number of the extension that comes next, which stays unread.</summary>
    public readonly sbyte PeekExtension()
    {
        var ahead = this;
        ahead.ReadExtensionHeader(out var type);
        return type;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadNil()
    {
        if (_position >= _data.Length || _data[_position] != MessagePackCode.Nil)
            return false;
        _position++;
        return true;
    }

    public void ReadNil()
    {
        if (!TryReadNil())
            throw Unexpected("nil");
    }

    public bool ReadBoolean()
    {
        var code = PeekCode();
        if (code is not (MessagePackCode.True or MessagePackCode.False))
            throw Unexpected("a boolean");
        _position++;
        return code == MessagePackCode.True;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ReadInt64()
    {
        if (_position < _data.Length && _data[_position] is var code and (<= MessagePackCode.MaxPositiveFixInt or >= MessagePackCode.MinNegativeFixInt))
        {
            _position++;
            return (sbyte)code;
        }

        return ReadLargeInt64();
    }

    public ulong ReadUInt64()
    {
        if (PeekCode() == MessagePackCode.UInt64)
            return BinaryPrimitives.ReadUInt64BigEndian(Take(1, 8));
        var start = _position;
        var value = ReadInt64();
        return value >= 0 ? (ulong)value : throw WireErrors.DoesNotFit(start, value, nameof(UInt64));
    }

    public int ReadInt32() => (int)ReadBetween(int.MinValue, int.MaxValue, nameof(Int32));

    public uint ReadUInt32() => (uint)ReadBetween(uint.MinValue, uint.MaxValue, nameof(UInt32));

    public ushort ReadUInt16() => (ushort)ReadBetween(ushort.MinValue, ushort.MaxValue, nameof(UInt16));

    public byte ReadByte() => (byte)ReadBetween(byte.MinValue, byte.MaxValue, nameof(Byte));

    /// <summary>A float32 or a float64.</summary>
    public double ReadDouble()
    {
        return PeekCode() switch
        {
            MessagePackCode.Float64 => BinaryPrimitives.ReadDoubleBigEndian(Take(1, 8)),
            MessagePackCode.Float32 => BinaryPrimitives.ReadSingleBigEndian(Take(1, 4)),
            _ => throw Unexpected("a float"),
        };
    }

    /// <summary>True when the next value is a float32, which JSON text must show with a float's digits.</summary>
    public readonly bool IsNextSingle => _position < _data.Length && _data[_position] == MessagePackCode.Float32;

    /// <summary>True when the next value is an integer that may be too large for <see cref="ReadInt64"/>.</summary>
    public readonly bool IsNextUInt64 => _position < _data.Length && _data[_position] == MessagePackCode.UInt64;

    public string ReadString()
    {
        var start = _position;
        var bytes = ReadStringSpan();
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw WireErrors.InvalidUtf8(start);
    }

    /// <summary>The UTF-8 bytes of a string, as they stand: they may be invalid.</summary>
    public ReadOnlySpan<byte> ReadStringSpan()
    {
        var code = PeekCode();
        return code switch
        {
            >= MessagePackCode.FixString and < MessagePackCode.Nil => Take(1, code & 0x1F),
            MessagePackCode.String8 => Take(2, Header8()),
            MessagePackCode.String16 => Take(3, Header16()),
            MessagePackCode.String32 => Take(5, Header32()),
            _ => throw Unexpected("a string"),
        };
    }

    public ReadOnlySpan<byte> ReadBinary() => PeekCode() switch
    {
        MessagePackCode.Binary8 => Take(2, Header8()),
        MessagePackCode.Binary16 => Take(3, Header16()),
        MessagePackCode.Binary32 => Take(5, Header32()),
        _ => throw Unexpected("binary"),
    };

    /// <summary>The number of items that follow: never more than there are bytes left.</summary>
    public int ReadArrayHeader()
    {
        var start = _position;
        var code = PeekCode();
        uint count;
        switch (code)
        {
            case >= MessagePackCode.FixArray and < MessagePackCode.FixString:
                count = code & 0x0Fu;
                _position++;
                break;
            case MessagePackCode.Array16:
                count = Header16();
                _position += 3;
                break;
            case MessagePackCode.Array32:
                count = Header32();
                _position += 5;
                break;
            default:
                throw Unexpected("an array");
        }

        return count <= (uint)Remaining ? (int)count : throw WireErrors.CountTooLarge(start, count, Remaining);
    }

    /// <summary>The number of key-value pairs that follow: never more than half the bytes left.</summary>
    public int ReadMapHeader()
    {
        var start = _position;
        var code = PeekCode();
        uint count;
        switch (code)
        {
            case >= MessagePackCode.FixMap and < MessagePackCode.FixArray:
                count = code & 0x0Fu;
                _position++;
                break;
            case MessagePackCode.Map16:
                count = Header16();
                _position += 3;
                break;
            case MessagePackCode.Map32:
                count = Header32();
                _position += 5;
                break;
            default:
                throw Unexpected("a map");
        }

        return count <= (uint)Remaining / 2 ? (int)count : throw WireErrors.CountTooLarge(start, count, Remaining);
    }

    public ReadOnlySpan<byte> ReadExtension(out sbyte type)
    {
        var length = ReadExtensionHeader(out type);
        return Take(0, length);
    }

    public Timestamp ReadTimestamp()
    {
        var start = _position;
        var payload = ReadExtension(out var type);
        if (type != ExtensionCode.Timestamp || !Timestamp.TryDecode(payload, out var value))
            throw WireErrors.NotATimestamp(start, type, payload.Length);
        return value;
    }

    /// <summary>A timestamp in .NET's range, in UTC; fractions of 100 ns are cut off.</summary>
    public DateTimeOffset ReadDateTimeOffset()
    {
        var start = _position;
        var timestamp = ReadTimestamp();
        return timestamp.TryToDateTimeOffset(out var value) ? value : throw WireErrors.DoesNotFit(start, timestamp, nameof(DateTimeOffset));
    }

    public void Skip() => Skip(_maxDepth);

    /// <summary>The bytes of the next value, whole and of sound structure (strings are not decoded).</summary>
    public ReadOnlySpan<byte> ReadRaw()
    {
        var start = _position;
        Skip();
        return _data[start.._position];
    }

    /// <summary>The error to throw when the next value is not what the caller wants.</summary>
    public readonly WireFormatException Unexpected(string wanted)
    {
        if (End)
            return WireErrors.EndsEarly(_position, 1, 0);
        return MessagePackCode.TypeOf(_data[_position]) is { } type
            ? WireErrors.Unexpected(_position, wanted, type, _data[_position])
            : WireErrors.NeverUsed(_position);
    }

    private void Skip(int depth)
    {
        switch (PeekType())
        {
            case MessagePackType.Nil or MessagePackType.Boolean:
                _position++;
                break;
            case MessagePackType.Integer:
                var code = _data[_position];
                Take(1, code switch
                {
                    MessagePackCode.UInt8 or MessagePackCode.Int8 => 1,
                    MessagePackCode.UInt16 or MessagePackCode.Int16 => 2,
                    MessagePackCode.UInt32 or MessagePackCode.Int32 => 4,
                    MessagePackCode.UInt64 or MessagePackCode.Int64 => 8,
                    _ => 0,
                });
                break;
            case MessagePackType.Float:
                ReadDouble();
                break;
            case MessagePackType.String:
                ReadStringSpan();
                break;
            case MessagePackType.Binary:
                ReadBinary();
                break;
            case MessagePackType.Extension:
                ReadExtension(out _);
                break;
            case MessagePackType.Array:
                SkipItems(ReadArrayHeader(), depth);
                break;
            default:
                SkipItems(ReadMapHeader() * 2, depth);
                break;
        }
    }

    private void SkipItems(int count, int depth)
    {
        if (depth <= 0)
            throw WireErrors.TooDeep(_position, _maxDepth);
        for (var i = 0; i < count; i++)
            Skip(depth - 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private long ReadLargeInt64()
    {
        var start = _position;
        var code = PeekCode();
        switch (code)
        {
            case MessagePackCode.UInt8:
                return Take(1, 1)[0];
            case MessagePackCode.UInt16:
                return BinaryPrimitives.ReadUInt16BigEndian(Take(1, 2));
            case MessagePackCode.UInt32:
                return BinaryPrimitives.ReadUInt32BigEndian(Take(1, 4));
            case MessagePackCode.UInt64:
                var unsigned = BinaryPrimitives.ReadUInt64BigEndian(Take(1, 8));
                return unsigned <= long.MaxValue ? (long)unsigned : throw WireErrors.DoesNotFit(start, unsigned, nameof(Int64));
            case MessagePackCode.Int8:
                return (sbyte)Take(1, 1)[0];
            case MessagePackCode.Int16:
                return BinaryPrimitives.ReadInt16BigEndian(Take(1, 2));
            case MessagePackCode.Int32:
                return BinaryPrimitives.ReadInt32BigEndian(Take(1, 4));
            case MessagePackCode.Int64:
                return BinaryPrimitives.ReadInt64BigEndian(Take(1, 8));
            default:
                throw Unexpected("an integer");
        }
    }

    private long ReadBetween(long minimum, long maximum, string target)
    {
        var start = _position;
        var value = ReadInt64();
        return value >= minimum && value <= maximum ? value : throw WireErrors.DoesNotFit(start, value, target);
    }

    private int ReadExtensionHeader(out sbyte type)
    {
        uint length;
        int header;
        switch (PeekCode())
        {
            case var code and >= MessagePackCode.FixExtension1 and <= MessagePackCode.FixExtension16:
                length = 1u << (code - MessagePackCode.FixExtension1);
                header = 1;
                break;
            case MessagePackCode.Extension8:
                length = Header8();
                header = 2;
                break;
            case MessagePackCode.Extension16:
                length = Header16();
                header = 3;
                break;
            case MessagePackCode.Extension32:
                length = Header32();
                header = 5;
                break;
            default:
                throw Unexpected("an extension");
        }

        type = (sbyte)Take(header, 1)[0];
        return length <= (uint)Remaining ? (int)length : throw WireErrors.EndsEarly(_position, length, Remaining);
    }

    private readonly byte PeekCode() => _position < _data.Length ? _data[_position] : throw WireErrors.EndsEarly(_position, 1, 0);

    private readonly byte Header8() => Content(1, 1)[0];

    private readonly ushort Header16() => BinaryPrimitives.ReadUInt16BigEndian(Content(1, 2));

    private readonly uint Header32() => BinaryPrimitives.ReadUInt32BigEndian(Content(1, 4));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(int header, long length)
    {
        var content = Content(header, length);
        _position += header + content.Length;
        return content;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ReadOnlySpan<byte> Content(int header, long length)
    {
        if (Remaining - header < length)
            throw WireErrors.EndsEarly(_position, header + length, Remaining);
        return _data.Slice(_position + header, (int)length);
    }
}
