using System.Buffers;
using System.Buffers.Text;
using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>Bytes are binary on the wire; base64 text is accepted, the form of JSON and the command line.</summary>
internal static class BinaryFormat
{
    public static byte[] ReadArray(ref WireReader reader) => reader.TryReadNil() ? null! : Read(ref reader, typeof(byte[]));

    public static byte[] Read(ref WireReader reader, Type target)
    {
        var start = reader.Consumed;
        switch (reader.PeekType())
        {
            case MessagePackType.Binary:
                return reader.ReadBinary().ToArray();
            case MessagePackType.String:
                var text = reader.ReadStringSpan();
                var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
                if (Base64.DecodeFromUtf8(text, bytes, out _, out var length) != OperationStatus.Done)
                    throw ValueErrors.DoesNotFit(start, "a string that is not base64", target);
                return length == bytes.Length ? bytes : bytes[..length];
            default:
                throw ValueErrors.WrongKind(ref reader, target);
        }
    }
}
