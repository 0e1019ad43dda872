using System.Buffers;
using System.Text;
using System.Text.Unicode;
using MessagePack;
using QCluster.Wire.Values;

namespace QCluster.Wire.Primitives;

/// <summary>Replaces two parts of MessagePack-CSharp's writer: it writes U+FFFD for half a surrogate pair, and takes no span of the caller's stack.</summary>
internal static class WireWriting
{
    private const int MaxShort = MessagePackCode.MaxFixStr - MessagePackCode.MinFixStr;

    public static void WriteText(this ref MessagePackWriter writer, string? value)
    {
        if (value is null)
            writer.WriteNil();
        else
            writer.WriteText(value.AsSpan());
    }

    /// <exception cref="SerializationException">The text contains half a surrogate pair.</exception>
    public static void WriteText(this ref MessagePackWriter writer, scoped ReadOnlySpan<char> value)
    {
        if (value.Length <= MaxShort)
        {
            var span = writer.GetSpan(1 + value.Length);
            if (Ascii.FromUtf16(value, span[1..], out _) == OperationStatus.Done)
            {
                span[0] = (byte)(MessagePackCode.MinFixStr | value.Length);
                writer.Advance(1 + value.Length);
                return;
            }
        }

        var length = Encoding.UTF8.GetByteCount(value);
        writer.WriteStringHeader(length);
        if (Utf8.FromUtf16(value, writer.GetSpan(length), out _, out var written, replaceInvalidSequences: false) != OperationStatus.Done || written != length)
            throw ValueErrors.HalfCharacter();
        writer.Advance(length);
    }

    /// <summary>Writes a string given as UTF-8, which must be valid.</summary>
    public static void WriteUtf8(this ref MessagePackWriter writer, scoped ReadOnlySpan<byte> value)
    {
        writer.WriteStringHeader(value.Length);
        writer.Copy(value);
    }

    public static void WriteExtension(this ref MessagePackWriter writer, sbyte type, scoped ReadOnlySpan<byte> payload)
    {
        writer.WriteExtensionFormatHeader(new ExtensionHeader(type, payload.Length));
        writer.Copy(payload);
    }

    private static void Copy(this ref MessagePackWriter writer, scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(writer.GetSpan(bytes.Length));
        writer.Advance(bytes.Length);
    }
}
