using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using MessagePack;

namespace QCluster.Wire.Primitives;

/// <summary>
/// Reads with MessagePack-CSharp's reader, and adds the checks that it leaves to its callers: limits on length and depth, the refusal of invalid UTF-8, and
/// <see cref="WireFormatException"/> as the only exception, with the offset. A header alone never causes an allocation. A copy of the struct looks ahead.
/// </summary>
internal ref struct WireReader
{
    private const uint MaxNanoseconds = 999_999_999;

    private readonly ReadOnlyMemory<byte> _data;
    private readonly int _maxDepth;
    private MessagePackReader _reader;

    public WireReader(ReadOnlyMemory<byte> data)
        : this(data, WireLimits.Default)
    {
    }

    public WireReader(ReadOnlyMemory<byte> data, WireLimits limits)
        : this(data, limits.MaxDepth)
    {
        if (data.Length > limits.MaxLength)
            throw WireErrors.TooLong(data.Length, limits.MaxLength);
    }

    /// <summary>For callers that check the lengths of parts themselves.</summary>
    public WireReader(ReadOnlyMemory<byte> data, int maxDepth)
    {
        _data = data;
        _maxDepth = maxDepth;
        _reader = new MessagePackReader(data);
    }

    private delegate T Reading<T>(scoped ref MessagePackReader reader);

    /// <summary>The number of bytes read.</summary>
    public int Consumed => (int)_reader.Consumed;

    public int Remaining => _data.Length - Consumed;

    public bool End => _reader.End;

    public readonly int MaxDepth => _maxDepth;

    /// <summary>True if the next value is a float32, which JSON text must show with a float's digits.</summary>
    public bool IsNextSingle => !End && _reader.NextCode == MessagePackCode.Float32;

    /// <summary>True if the next value is an integer that may be too large for <see cref="ReadInt64"/>.</summary>
    public bool IsNextUInt64 => !End && _reader.NextCode == MessagePackCode.UInt64;

    public MessagePackType PeekType()
    {
        if (End)
            throw WireErrors.EndsEarly(Consumed);
        var type = _reader.NextMessagePackType;
        return type != MessagePackType.Unknown ? type : throw WireErrors.NeverUsed(Consumed);
    }

    /// <summary>The type number of the next extension, which stays unread.</summary>
    public sbyte PeekExtension()
    {
        var ahead = this;
        return ahead.ReadExtensionHeader().TypeCode;
    }

    public bool TryReadNil() => !End && _reader.TryReadNil();

    public void ReadNil() => Read(static (scoped ref reader) => reader.ReadNil(), "nil");

    public bool ReadBoolean() => Read(static (scoped ref reader) => reader.ReadBoolean(), "a boolean");

    public long ReadInt64() => Read(static (scoped ref reader) => reader.ReadInt64(), "an integer");

    public ulong ReadUInt64() => Read(static (scoped ref reader) => reader.ReadUInt64(), "an integer", nameof(UInt64));

    public int ReadInt32() => Read(static (scoped ref reader) => reader.ReadInt32(), "an integer", nameof(Int32));

    public ushort ReadUInt16() => Read(static (scoped ref reader) => reader.ReadUInt16(), "an integer", nameof(UInt16));

    public byte ReadByte() => Read(static (scoped ref reader) => reader.ReadByte(), "an integer", nameof(Byte));

    /// <summary>A float32 or a float64; unlike the package, not an integer.</summary>
    public double ReadDouble() => PeekType() == MessagePackType.Float ? Read(static (scoped ref reader) => reader.ReadDouble(), "a float") : throw Unexpected("a float");

    public string ReadString()
    {
        var start = Consumed;
        var bytes = ReadStringSpan();
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw WireErrors.InvalidUtf8(start);
    }

    /// <summary>The UTF-8 bytes of a string, unchecked.</summary>
    public ReadOnlySpan<byte> ReadStringSpan()
    {
        var start = Consumed;
        try
        {
            if (_reader.TryReadStringSpan(out var bytes))
                return bytes;
        }
        catch (Exception e) when (WireErrors.IsOfPackage(e))
        {
            throw Refused(start, "a string", e);
        }

        throw Unexpected("a string");
    }

    /// <summary>Binary; unlike the package, not a string, and without a sequence in between.</summary>
    public ReadOnlySpan<byte> ReadBinary()
    {
        if (PeekType() != MessagePackType.Binary)
            throw Unexpected("binary");
        var content = Consumed + _reader.NextCode switch { MessagePackCode.Bin8 => 2, MessagePackCode.Bin16 => 3, _ => 5 };
        SkipScalar();
        return _data.Span[content..Consumed];
    }

    /// <summary>The number of items that follow: at most the number of remaining bytes.</summary>
    public int ReadArrayHeader() => Read(static (scoped ref reader) => reader.ReadArrayHeader(), "an array");

    /// <summary>The number of key-value pairs that follow: at most half the remaining bytes.</summary>
    public int ReadMapHeader() => Read(static (scoped ref reader) => reader.ReadMapHeader(), "a map");

    public ReadOnlySpan<byte> ReadExtension(out sbyte type)
    {
        var ahead = this;
        type = ahead.ReadExtensionHeader().TypeCode;
        SkipScalar();
        return _data.Span[ahead.Consumed..Consumed];
    }

    /// <summary>A timestamp in .NET's range, in UTC; fractions of 100 ns are truncated.</summary>
    public DateTimeOffset ReadDateTimeOffset()
    {
        var start = Consumed;
        var ahead = this;
        var payload = ahead.ReadExtension(out var type);
        var nanoseconds = payload.Length switch { 8 => BinaryPrimitives.ReadUInt32BigEndian(payload) >> 2, 12 => BinaryPrimitives.ReadUInt32BigEndian(payload), _ => 0u };
        try
        {
            return nanoseconds <= MaxNanoseconds ? new DateTimeOffset(_reader.ReadDateTime()) : throw WireErrors.NotATimestamp(start, type, payload.Length);
        }
        catch (Exception e) when (WireErrors.IsOfPackage(e))
        {
            throw WireErrors.NotATimestamp(start, type, payload.Length);
        }
    }

    public void Skip() => Skip(_maxDepth, strict: false);

    /// <summary>The bytes of the next value, complete and of valid structure.</summary>
    /// <param name="strict">For a reader that knows less of the format: also refuses invalid UTF-8 and extensions other than timestamps.</param>
    public ReadOnlyMemory<byte> ReadRaw(bool strict = false)
    {
        var start = Consumed;
        Skip(_maxDepth, strict);
        return _data[start..Consumed];
    }

    /// <summary>The error for a value of another kind than expected.</summary>
    public WireFormatException Unexpected(string wanted) => Refused(Consumed, wanted, null);

    private void Skip(int depth, bool strict)
    {
        var start = Consumed;
        switch (PeekType())
        {
            case MessagePackType.Integer when _reader.NextCode is <= MessagePackCode.MaxFixInt or >= MessagePackCode.MinNegativeFixInt:
                _reader.ReadInt64();
                break;
            case MessagePackType.Array:
                SkipItems(ReadArrayHeader(), depth, strict);
                break;
            case MessagePackType.Map:
                SkipItems(ReadMapHeader() * 2, depth, strict);
                break;
            case MessagePackType.String when strict:
                if (!Utf8.IsValid(ReadStringSpan()))
                    throw WireErrors.InvalidUtf8(start);
                break;
            case MessagePackType.Extension when strict:
                ReadDateTimeOffset();
                break;
            default:
                SkipScalar();
                break;
        }
    }

    private void SkipItems(int count, int depth, bool strict)
    {
        if (depth <= 0)
            throw WireErrors.TooDeep(Consumed, _maxDepth);
        for (var i = 0; i < count; i++)
            Skip(depth - 1, strict);
    }

    // The package's Skip knows no depth, and takes a count over int.MaxValue for a negative one, so it never sees an array or a map.
    private void SkipScalar()
    {
        var start = Consumed;
        try
        {
            _reader.Skip();
        }
        catch (Exception e) when (WireErrors.IsOfPackage(e))
        {
            throw Refused(start, "a value", e);
        }
    }

    private ExtensionHeader ReadExtensionHeader() => Read(static (scoped ref reader) => reader.ReadExtensionFormatHeader(), "an extension");

    private T Read<T>(Reading<T> read, string wanted, string target = nameof(Int64))
    {
        var start = Consumed;
        try
        {
            return read(ref _reader);
        }
        catch (Exception e) when (WireErrors.IsOfPackage(e))
        {
            throw Refused(start, wanted, e, target);
        }
    }

    private readonly WireFormatException Refused(int start, string wanted, Exception? e, string target = "")
    {
        if (start >= _data.Length)
            return WireErrors.EndsEarly(start);
        var code = _data.Span[start];
        var again = new MessagePackReader(_data[start..]);
        return e switch
        {
            OverflowException => WireErrors.DoesNotFit(start, code == MessagePackCode.UInt64 ? again.ReadUInt64() : again.ReadInt64(), target),
            null or MessagePackSerializationException => WireErrors.Unexpected(start, wanted, code),
            _ => WireErrors.Incomplete(start, code, _data.Length - start),
        };
    }
}
