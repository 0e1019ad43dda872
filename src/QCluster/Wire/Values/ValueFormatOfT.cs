using MessagePack;
using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

internal sealed class ValueFormat<T>(WriteValue<T> write, ReadValue<T> read) : ValueFormat
{
    public void Write(ref MessagePackWriter writer, T value) => write(ref writer, value);

    public T Read(ref WireReader reader) => read(ref reader);

    public override void WriteObject(ref MessagePackWriter writer, object value) => write(ref writer, (T)value);

    public override object? ReadObject(ref WireReader reader) => read(ref reader);
}
