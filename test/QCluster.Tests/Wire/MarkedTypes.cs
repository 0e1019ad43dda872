using MessagePack;
using MessagePack.Formatters;

namespace QCluster.Tests.Wire;

[MessagePackObject]
public sealed record Reading([property: Key(0)] int Sensor, [property: Key(1)] double Value, [property: Key(2)] DateTime At)
{
    [IgnoreMember]
    public string Shown => $"{Sensor}: {Value}";

    [Key(3)]
    public string? Note { get; init; }
}

[MessagePackObject(keyAsPropertyName: true)]
public sealed class Batch
{
    public string? Name { get; set; }

    public List<Reading> Readings { get; set; } = [];

    public string?[] Tags { get; set; } = [];

    public object? Any { get; set; }

    public Dictionary<string, Reading>? ByName { get; set; }
}

[MessagePackObject]
public struct Point
{
    [Key(0)]
    public int X;

    [Key(1)]
    public int Y;
}

[Union(0, typeof(Dog))]
[Union(1, typeof(Cat))]
public interface IAnimal
{
    string Name { get; }
}

[MessagePackObject]
public sealed record Dog([property: Key(0)] string Name, [property: Key(1)] int Barks) : IAnimal;

[MessagePackObject]
public sealed record Cat([property: Key(0)] string Name) : IAnimal;

[MessagePackObject]
public sealed class Link
{
    [Key(0)]
    public Link? Next { get; set; }
}

[MessagePackObject]
public sealed class Links
{
    [Key(0)]
    public List<Links> Others { get; set; } = [];
}

/// <summary>Marked, with a member that the standard resolver does not know.</summary>
[MessagePackObject]
public sealed record Parcel([property: Key(0)] OrderLine Line);

/// <summary>Marked, but its members are not.</summary>
[MessagePackObject]
public sealed class Unkeyed
{
    public int X { get; set; }
}

/// <summary>By System.Text.Json, with a member that is marked for MessagePack.</summary>
public sealed record Report(string Title, Reading Last, IReadOnlyList<Reading> All);

[MessagePackFormatter(typeof(OddFormatter))]
public sealed record Odd(byte[] Raw);

/// <summary>Writes what it is given as it is, and reads one integer.</summary>
public sealed class OddFormatter : IMessagePackFormatter<Odd?>
{
    public void Serialize(ref MessagePackWriter writer, Odd? value, MessagePackSerializerOptions options) => writer.WriteRaw(value!.Raw);

    public Odd? Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
    {
        var count = reader.ReadArrayHeader();
        return new Odd([(byte)(count + reader.ReadInt32())]);
    }
}

/// <summary>A resolver of the user's own: order lines as an array.</summary>
public sealed class OrderLineResolver : IFormatterResolver
{
    public static readonly MessagePackSerializerOptions Options = MessagePackSerializerOptions.Standard.WithResolver(
        global::MessagePack.Resolvers.CompositeResolver.Create(new OrderLineResolver(), global::MessagePack.Resolvers.StandardResolver.Instance));

    public IMessagePackFormatter<T>? GetFormatter<T>() => typeof(T) == typeof(OrderLine) ? (IMessagePackFormatter<T>)(object)new LineFormatter() : null;

    private sealed class LineFormatter : IMessagePackFormatter<OrderLine>
    {
        public void Serialize(ref MessagePackWriter writer, OrderLine value, MessagePackSerializerOptions options)
        {
            writer.WriteArrayHeader(2);
            writer.Write(value.Product);
            writer.Write(value.Count);
        }

        public OrderLine Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options)
        {
            reader.ReadArrayHeader();
            return new OrderLine(reader.ReadString()!, reader.ReadInt32(), null);
        }
    }
}
