using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace QCluster.Wire;

/// <summary>Writes the MessagePack format, each value in its shortest form. Nothing is committed to the buffer before <see cref="Flush"/>, except what no longer fits its current span.</summary>
internal ref struct MessagePackWriter
{
    private readonly IBufferWriter<byte> _buffer;
    private Span<byte> _span;
    private int _used;

    public MessagePackWriter(IBufferWriter<byte> buffer)
    {
        _buffer = buffer;
        _span = buffer.GetSpan(64);
        _used = 0;
    }

    public void Flush()
    {
        _buffer.Advance(_used);
        _used = 0;
        _span = default;
    }

    public void WriteNil() => Take(1)[0] = MessagePackCode.Nil;

    public void Write(bool value) => Take(1)[0] = value ? MessagePackCode.True : MessagePackCode.False;

    public void Write(long value)
    {
        if (value >= 0)
            Write((ulong)value);
        else if (value >= -32)
            Take(1)[0] = (byte)value;
        else if (value >= sbyte.MinValue)
            WriteByte(MessagePackCode.Int8, (byte)value);
        else if (value >= short.MinValue)
            BinaryPrimitives.WriteInt16BigEndian(TakeCoded(MessagePackCode.Int16, 2), (short)value);
        else if (value >= int.MinValue)
            BinaryPrimitives.WriteInt32BigEndian(TakeCoded(MessagePackCode.Int32, 4), (int)value);
        else
            BinaryPrimitives.WriteInt64BigEndian(TakeCoded(MessagePackCode.Int64, 8), value);
    }

    public void Write(ulong value)
    {
        if (value < 0x80)
            Take(1)[0] = (byte)value;
        else if (value <= byte.MaxValue)
            WriteByte(MessagePackCode.UInt8, (byte)value);
        else if (value <= ushort.MaxValue)
            BinaryPrimitives.WriteUInt16BigEndian(TakeCoded(MessagePackCode.UInt16, 2), (ushort)value);
        else if (value <= uint.MaxValue)
            BinaryPrimitives.WriteUInt32BigEndian(TakeCoded(MessagePackCode.UInt32, 4), (uint)value);
        else
            BinaryPrimitives.WriteUInt64BigEndian(TakeCoded(MessagePackCode.UInt64, 8), value);
    }

    public void Write(float value) => BinaryPrimitives.WriteSingleBigEndian(TakeCoded(MessagePackCode.Float32, 4), value);

    public void Write(double value) => BinaryPrimitives.WriteDoubleBigEndian(TakeCoded(MessagePackCode.Float64, 8), value);

    /// <exception cref="SerializationException">The text has a lone surrogate, which UTF-8 cannot carry.</exception>
    public void Write(scoped ReadOnlySpan<char> value)
    {
        int length;
        try
        {
            length = StrictUtf8.Encoding.GetByteCount(value);
        }
        catch (EncoderFallbackException e)
        {
            throw new SerializationException($"A string with a lone surrogate at index {e.Index} is not valid Unicode text and cannot be serialised. Send it as byte[] instead.", e);
        }

        WriteStringHeader(length);
        StrictUtf8.Encoding.GetBytes(value, Take(length));
    }

    /// <summary>Text that is UTF-8 already.</summary>
    public void WriteUtf8(scoped ReadOnlySpan<byte> value)
    {
        WriteStringHeader(value.Length);
        value.CopyTo(Take(value.Length));
    }

    public void WriteBinary(scoped ReadOnlySpan<byte> value)
    {
        WriteLength(value.Length, MessagePackCode.Bin8, MessagePackCode.Bin16, MessagePackCode.Bin32);
        value.CopyTo(Take(value.Length));
    }

    public void WriteArrayHeader(int count) => WriteCount(count, MessagePackCode.FixArray, MessagePackCode.Array16, MessagePackCode.Array32);

    public void WriteMapHeader(int count) => WriteCount(count, MessagePackCode.FixMap, MessagePackCode.Map16, MessagePackCode.Map32);

    public void WriteExtension(sbyte type, scoped ReadOnlySpan<byte> data)
    {
        var fixedCode = data.Length switch { 1 => 0xd4, 2 => 0xd5, 4 => 0xd6, 8 => 0xd7, 16 => 0xd8, _ => 0 };
        if (fixedCode != 0)
            Take(1)[0] = (byte)fixedCode;
        else
            WriteLength(data.Length, MessagePackCode.Ext8, MessagePackCode.Ext16, MessagePackCode.Ext32);
        Take(1)[0] = (byte)type;
        data.CopyTo(Take(data.Length));
    }

    /// <summary>The timestamp extension in its shortest form; precision 100 ns.</summary>
    public void WriteTimestamp(DateTimeOffset value)
    {
        var ticks = value.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest);
        if (rest < 0)
        {
            rest += TimeSpan.TicksPerSecond;
            seconds--;
        }

        var nanoseconds = (uint)rest * 100;
        Span<byte> data = stackalloc byte[12];
        if (seconds >> 34 == 0)
        {
            var packed = ((ulong)nanoseconds << 34) | (ulong)seconds;
            if (packed <= uint.MaxValue)
            {
                BinaryPrimitives.WriteUInt32BigEndian(data, (uint)packed);
                WriteExtension(ExtensionType.Timestamp, data[..4]);
            }
            else
            {
                BinaryPrimitives.WriteUInt64BigEndian(data, packed);
                WriteExtension(ExtensionType.Timestamp, data[..8]);
            }
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(data, nanoseconds);
            BinaryPrimitives.WriteInt64BigEndian(data[4..], seconds);
            WriteExtension(ExtensionType.Timestamp, data);
        }
    }

    /// <summary>Bytes that are MessagePack already.</summary>
    public void WriteRaw(scoped ReadOnlySpan<byte> messagePack) => messagePack.CopyTo(Take(messagePack.Length));

    private void WriteStringHeader(int length)
    {
        if (length < 32)
            Take(1)[0] = (byte)(MessagePackCode.FixStr | length);
        else
            WriteLength(length, MessagePackCode.Str8, MessagePackCode.Str16, MessagePackCode.Str32);
    }

    private void WriteLength(int length, byte code8, byte code16, byte code32)
    {
        if (length <= byte.MaxValue)
            WriteByte(code8, (byte)length);
        else if (length <= ushort.MaxValue)
            BinaryPrimitives.WriteUInt16BigEndian(TakeCoded(code16, 2), (ushort)length);
        else
            BinaryPrimitives.WriteUInt32BigEndian(TakeCoded(code32, 4), (uint)length);
    }

    private void WriteCount(int count, byte fix, byte code16, byte code32)
    {
        if (count < 16)
            Take(1)[0] = (byte)(fix | count);
        else if (count <= ushort.MaxValue)
            BinaryPrimitives.WriteUInt16BigEndian(TakeCoded(code16, 2), (ushort)count);
        else
            BinaryPrimitives.WriteUInt32BigEndian(TakeCoded(code32, 4), (uint)count);
    }

    private void WriteByte(byte code, byte value)
    {
        var span = Take(2);
        span[0] = code;
        span[1] = value;
    }

    private Span<byte> TakeCoded(byte code, int size)
    {
        var span = Take(size + 1);
        span[0] = code;
        return span[1..];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Take(int size)
    {
        if (_span.Length - _used < size)
            Renew(size);
        var span = _span.Slice(_used, size);
        _used += size;
        return span;
    }

    private void Renew(int size)
    {
        _buffer.Advance(_used);
        _used = 0;
        _span = _buffer.GetSpan(Math.Max(size, 64));
    }
}
