using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace QCluster.Tests.Wire;

public sealed class ValueTreeProperties
{
    private static readonly Gen<string> Texts = ArbMap.Default.GeneratorFor<UnicodeString>().Select(static text => string.Concat(text.Get.Select(static letter => char.IsSurrogate(letter) ? "😀" : letter.ToString())));

    private static readonly Gen<long> Integers = Gen.OneOf(
        ArbMap.Default.GeneratorFor<int>().Select(static value => (long)value),
        from bits in Gen.Choose(0, 63) from noise in ArbMap.Default.GeneratorFor<int>() from negative in ArbMap.Default.GeneratorFor<bool>()
        select negative ? -(1L << bits) + noise : (1L << bits) + noise);

    private static readonly Gen<object?> Leaves = Gen.OneOf(
        Gen.Constant<object?>(null),
        ArbMap.Default.GeneratorFor<bool>().Select(static value => (object?)value),
        Integers.Select(static value => (object?)value),
        ArbMap.Default.GeneratorFor<uint>().Select(static value => (object?)(ulong.MaxValue - value)),
        ArbMap.Default.GeneratorFor<double>().Select(static value => (object?)value),
        Texts.Select(static value => (object?)value),
        ArbMap.Default.GeneratorFor<byte[]>().Select(static value => (object?)value),
        Integers.Select(static value => (object?)((BigInteger.One << 70) + value)));

    [Test]
    public void Any_tree_of_values_is_read_as_it_was_written() =>
        Prop.ForAll(Gen.Sized(Tree).ToArbitrary(), static tree =>
        {
            var bytes = Pack.Of<object?>(tree);
            var again = Pack.Untyped(bytes);
            Assert.That(again, Is.EqualTo(tree));
            Assert.That(Pack.Of(again), Is.EqualTo(bytes));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Test]
    public void Any_tree_survives_inside_an_object_with_binary_as_base64() =>
        Prop.ForAll(Gen.Sized(Tree).ToArbitrary(), static tree => Assert.That(Pack.RoundTrip(new Holder(tree)).Value, Is.EqualTo(InJson(tree))))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Test]
    public void Any_value_of_these_types_is_read_as_it_was_written()
    {
        Check<bool>();
        Check<byte>();
        Check<short>();
        Check<int>();
        Check<uint>();
        Check<long>();
        Check<ulong>();
        Check<float>();
        Check<double>();
        Check<decimal>();
        Check<char>(static value => !char.IsSurrogate(value));
        Check<Guid>();
        Check<DateTime>();
        Check<DateTimeOffset>();
        Check<TimeSpan>();
        Check<int?>();
        Check<int[]>();
        Check<double[]>();
        Check<byte[]>();
        Check<List<long>>();
        Check<Dictionary<int, bool>>();
        Check<Colour>();
        Check<Size>();
        Check<(int, decimal)>();
        Check<Line>();
        Check<Line[]>();
    }

    [Test]
    public void A_decimal_keeps_every_digit() =>
        Prop.ForAll(ArbMap.Default.ArbFor<decimal>(), static value =>
            Assert.That(Pack.RoundTrip(value).ToString(CultureInfo.InvariantCulture), Is.EqualTo(value.ToString(CultureInfo.InvariantCulture)))).QuickCheckThrowOnFailure();

    private static void Check<T>(Func<T, bool>? where = null)
    {
        Prop.ForAll(ArbMap.Default.ArbFor<T>().Filter(where ?? (static _ => true)), static value =>
        {
            Assert.That(Pack.RoundTrip(value), Is.EqualTo(value));
            Assert.That(Pack.Read(Pack.Object(value, typeof(object)), typeof(T)), Is.EqualTo(value));
            Assert.That(Pack.RoundTrip(new Holder<T>(value)).Value, Is.EqualTo(value));
        }).QuickCheckThrowOnFailure();
    }

    private static Gen<object?> Tree(int size) => size <= 1
        ? Leaves
        : Gen.OneOf(
            Leaves,
            Tree(size / 3).ArrayOf().Select(static items => (object?)items.Take(8).ToArray()),
            Gen.Zip(Texts, Tree(size / 3)).ArrayOf().Select(static pairs => (object?)pairs.Take(8).DistinctBy(static pair => pair.Item1).ToDictionary(static pair => pair.Item1, static pair => pair.Item2)));

    private static object? InJson(object? tree) => tree switch
    {
        byte[] bytes => Convert.ToBase64String(bytes),
        double value when double.IsNaN(value) => "NaN",
        double value when double.IsInfinity(value) => value > 0 ? "Infinity" : "-Infinity",
        double value when value is >= -1e15 and <= 1e15 && double.IsInteger(value) && (value != 0 || !double.IsNegative(value)) => (long)value,
        object?[] items => items.Select(InJson).ToArray(),
        Dictionary<string, object?> map => map.ToDictionary(static pair => pair.Key, static pair => InJson(pair.Value)),
        _ => tree,
    };

    private sealed record Holder(object? Value);

    private sealed record Holder<T>(T Value);

    private sealed record Line(int Count, string? Product, decimal Price, DateTimeOffset Moment, Colour Colour);
}
