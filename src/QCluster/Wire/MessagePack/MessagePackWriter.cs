using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace QCluster.Wire;

/// <summary>
/// Writes MessagePack, each value in its smallest encoding. Bytes reach the output by <see cref="Flush"/>, and on the way when the
/// output's span is full: whoever gives up half-way discards the output, or truncates it to the length it had before.
/// </summary>
internal ref struct MessagePackWriter
{
    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _position;

    public MessagePackWriter(IBufferWriter<byte> output)
    {
        _output = output;
        _span = default;
        _position = 0;
    }

    /// <summary>Hands everything written so far to the output. The writer may be used on.</summary>
    public void Flush()
    {
        if (_position > 0)
            _output.Advance(_position);
        _span = default;
        _position = 0;
    }

    public void WriteNil() => WriteByte(MessagePackCode.Nil);

    public void WriteBoolean(bool value) => WriteByte(value ? MessagePackCode.True : MessagePackCode.False);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteInt64(long value)
    {
        if ((ulong)value <= MessagePackCode.MaxPositiveFixInt)
            WriteByte((byte)value);
        else if (value >= 0)
            WriteLargeUnsigned((ulong)value);
        else
            WriteNegative(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteUInt64(ulong value)
    {
        if (value <= MessagePackCode.MaxPositiveFixInt)
            WriteByte((byte)value);
        else
            WriteLargeUnsigned(value);
    }

    public void WriteSingle(float value)
    {
        var span = Need(5);
        span[0] = MessagePackCode.Float32;
        BinaryPrimitives.WriteSingleBigEndian(span[1..], value);
        _position += 5;
    }

    public void WriteDouble(double value)
    {
        var span = Need(9);
        span[0] = MessagePackCode.Float64;
        BinaryPrimitives.WriteDoubleBigEndian(span[1..], value);
        _position += 9;
    }

    public void WriteString(string? value)
    {
        if (value is null)
            WriteNil();
        else
            WriteString(value.AsSpan());
    }

    public void WriteString(scoped ReadOnlySpan<char> value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        WriteStringHeader(length);
        var span = Need(length);
        if (Utf8.FromUtf16(value, span, out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done || written != length)
            throw ValueErrors.HalfCharacter();
        _position += length;
    }

    /// <summary>Writes a string given as UTF-8, which must be valid.</summary>
    public void WriteUtf8(scoped ReadOnlySpan<byte> value)
    {
        WriteStringHeader(value.Length);
        WriteRaw(value);
    }

    public void WriteBinary(scoped ReadOnlySpan<byte> value)
    {
        WriteBinaryHeader(value.Length);
        WriteRaw(value);
    }

    public void WriteBinaryHeader(int length)
    {
        if (length <= byte.MaxValue)
            WriteHeader8(MessagePackCode.Binary8, (byte)length);
        else
            WriteHeader(MessagePackCode.Binary16, MessagePackCode.Binary32, (uint)length);
    }

    public void WriteArrayHeader(int count)
    {
        if ((uint)count < 16)
            WriteByte((byte)(MessagePackCode.FixArray | count));
        else
            WriteHeader(MessagePackCode.Array16, MessagePackCode.Array32, (uint)count);
    }

    public void WriteMapHeader(int count)
    {
        if ((uint)count < 16)
            WriteByte((byte)(MessagePackCode.FixMap | count));
        else
            WriteHeader(MessagePackCode.Map16, MessagePackCode.Map32, (uint)count);
    }

    public void WriteExtension(sbyte type, scoped ReadOnlySpan<byte> payload)
    {
        switch (payload.Length)
        {
            case 1:
                WriteByte(MessagePackCode.FixExtension1);
                break;
            case 2:
                WriteByte(MessagePackCode.FixExtension2);
                break;
            case 4:
                WriteByte(MessagePackCode.FixExtension4);
                break;
            case 8:
                WriteByte(MessagePackCode.FixExtension8);
                break;
            case 16:
                WriteByte(MessagePackCode.FixExtension16);
                break;
            case <= byte.MaxValue:
                WriteHeader8(MessagePackCode.Extension8, (byte)payload.Length);
                break;
            default:
                WriteHeader(MessagePackCode.Extension16, MessagePackCode.Extension32, (uint)payload.Length);
                break;
        }

        WriteByte((byte)type);
        WriteRaw(payload);
    }

    public void WriteTimestamp(DateTimeOffset value) => WriteTimestamp(Timestamp.From(value));

    public void WriteTimestamp(Timestamp value)
    {
        Span<byte> payload = stackalloc byte[Timestamp.MaxLength];
        var length = value.Encode(payload);
        WriteExtension(ExtensionCode.Timestamp, payload[..length]);
    }

    /// <summary>Copies bytes as they are: whole values already encoded, or the content that a header announced.</summary>
    public void WriteRaw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Need(bytes.Length));
        _position += bytes.Length;
    }

    private void WriteStringHeader(int length)
    {
        if (length < 32)
            WriteByte((byte)(MessagePackCode.FixString | length));
        else if (length <= byte.MaxValue)
            WriteHeader8(MessagePackCode.String8, (byte)length);
        else
            WriteHeader(MessagePackCode.String16, MessagePackCode.String32, (uint)length);
    }

    private void WriteLargeUnsigned(ulong value)
    {
        if (value <= byte.MaxValue)
        {
            WriteHeader8(MessagePackCode.UInt8, (byte)value);
        }
        else if (value <= uint.MaxValue)
        {
            WriteHeader(MessagePackCode.UInt16, MessagePackCode.UInt32, (uint)value);
        }
        else
        {
            var span = Need(9);
            span[0] = MessagePackCode.UInt64;
            BinaryPrimitives.WriteUInt64BigEndian(span[1..], value);
            _position += 9;
        }
    }

    private void WriteNegative(long value)
    {
        switch (value)
        {
            case >= -32:
                WriteByte((byte)value);
                break;
            case >= sbyte.MinValue:
                WriteHeader8(MessagePackCode.Int8, (byte)value);
                break;
            case >= short.MinValue:
                WriteHeader16(MessagePackCode.Int16, (ushort)value);
                break;
            case >= int.MinValue:
                WriteHeader32(MessagePackCode.Int32, (uint)value);
                break;
            default:
                var span = Need(9);
                span[0] = MessagePackCode.Int64;
                BinaryPrimitives.WriteInt64BigEndian(span[1..], value);
                _position += 9;
                break;
        }
    }

    private void WriteHeader(byte code16, byte code32, uint value)
    {
        if (value <= ushort.MaxValue)
            WriteHeader16(code16, (ushort)value);
        else
            WriteHeader32(code32, value);
    }

    private void WriteHeader8(byte code, byte value)
    {
        var span = Need(2);
        span[1] = value;
        span[0] = code;
        _position += 2;
    }

    private void WriteHeader16(byte code, ushort value)
    {
        var span = Need(3);
        span[0] = code;
        BinaryPrimitives.WriteUInt16BigEndian(span[1..], value);
        _position += 3;
    }

    private void WriteHeader32(byte code, uint value)
    {
        var span = Need(5);
        span[0] = code;
        BinaryPrimitives.WriteUInt32BigEndian(span[1..], value);
        _position += 5;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WriteByte(byte value)
    {
        if (_position >= _span.Length)
            Refill(1);
        _span[_position++] = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Need(int count)
    {
        if (_span.Length - _position < count)
            Refill(count);
        return _span[_position..];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Refill(int count)
    {
        Flush();
        _span = _output.GetSpan(count);
    }
}
