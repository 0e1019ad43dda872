using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>Writes and reads the values of one type without JSON in between.</summary>
internal abstract class ValueFormat
{
    public abstract void WriteObject(ref MessagePackWriter writer, object value);

    public abstract object? ReadObject(ref WireReader reader);
}
