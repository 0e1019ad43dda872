using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

/// <summary>How the values of one type are written and read without JSON in between.</summary>
internal abstract class ValueFormat
{
    public abstract void WriteObject(ref MessagePackWriter writer, object value);

    public abstract object? ReadObject(ref WireReader reader);
}
