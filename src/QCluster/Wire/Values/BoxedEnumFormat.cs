using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>Enums as their number in a trimmed program, which has no code for each enum: slower, and the same bytes.</summary>
internal sealed class BoxedEnumFormat(Type type) : ValueFormat
{
    private readonly TypeCode _number = Type.GetTypeCode(type);

    public override void WriteObject(ref MessagePackWriter writer, object value)
    {
        if (_number == TypeCode.UInt64)
            writer.Write(Convert.ToUInt64(value, null));
        else
            writer.Write(Convert.ToInt64(value, null));
    }

    public override object? ReadObject(ref WireReader reader) => reader.PeekType() == MessagePackType.String
        ? EnumFormat.Parse(type, reader.ReadString()!)
        : Enum.ToObject(type, ReadNumber(ref reader));

    private object ReadNumber(ref WireReader reader) => _number switch
    {
        TypeCode.Byte => NumberFormat.ReadInteger<byte>(ref reader),
        TypeCode.SByte => NumberFormat.ReadInteger<sbyte>(ref reader),
        TypeCode.Int16 => NumberFormat.ReadInteger<short>(ref reader),
        TypeCode.UInt16 => NumberFormat.ReadInteger<ushort>(ref reader),
        TypeCode.UInt32 => NumberFormat.ReadInteger<uint>(ref reader),
        TypeCode.Int64 => NumberFormat.ReadInteger<long>(ref reader),
        TypeCode.UInt64 => NumberFormat.ReadInteger<ulong>(ref reader),
        _ => NumberFormat.ReadInteger<int>(ref reader),
    };
}
