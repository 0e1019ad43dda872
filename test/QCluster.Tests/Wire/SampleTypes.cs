using System.Text.Json.Serialization;

namespace QCluster.Tests.Wire;

public enum Colour
{
    Red = 0,
    Green = 1,
    Blue = -7,
}

[JsonConverter(typeof(JsonStringEnumConverter<Size>))]
public enum Size : byte
{
    Small = 1,
    Large = 2,
}

public enum Huge : ulong
{
    None = 0,
    Most = ulong.MaxValue,
}

public sealed record Order(int Id, string Customer, decimal Total, DateTimeOffset Placed, IReadOnlyList<OrderLine> Lines)
{
    public string? Note { get; init; }

    public bool Equals(Order? other) =>
        other is not null && Id == other.Id && Customer == other.Customer && Total == other.Total && Placed.EqualsExact(other.Placed) && Note == other.Note && Lines.SequenceEqual(other.Lines);

    public override int GetHashCode() => Id;
}

public sealed record OrderLine(string Product, int Count, decimal? Price);

[JsonDerivedType(typeof(Circle), "circle")]
[JsonDerivedType(typeof(Square), "square")]
public abstract record Shape;

public sealed record Circle(double Radius) : Shape;

public sealed record Square(double Side) : Shape;

public sealed record Everything(
    byte[] Blob, Guid Guid, TimeSpan Span, DateTime Moment, DateOnly Day, TimeOnly Time, Uri Address, char Letter, Colour Colour, Size Size, Int128 Wide, Half Half,
    double NotANumber, float Infinity, System.Numerics.BigInteger Huge, int? Missing, (int, string) Pair, object? Any);

public sealed class Node
{
    public Node? Next { get; set; }
}

public struct OnlyFields
{
    public int X;
    public int Y;
}

[JsonSerializable(typeof(Order))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
public sealed partial class SampleContext : JsonSerializerContext;
