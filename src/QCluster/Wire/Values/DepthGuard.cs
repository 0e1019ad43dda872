using MessagePack;
using MessagePack.Formatters;

namespace QCluster.Wire.Values;

/// <summary>Ends the writing of an object that contains itself. The exact limit is checked on the written bytes; here some formatters write no level of their own.</summary>
internal sealed class DepthGuard<T>(IMessagePackFormatter<T> formatter) : IMessagePackFormatter<T>
{
    public void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options)
    {
        WriteDepth.Enter();
        try
        {
            formatter.Serialize(ref writer, value, options);
        }
        finally
        {
            WriteDepth.Leave();
        }
    }

    public T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) => formatter.Deserialize(ref reader, options);
}
