namespace QCluster.Tests.Wire;

/// <summary>Enums are written as numbers and read from numbers and names alike, on the command line and in objects.</summary>
public sealed class EnumNameTests
{
    [TestCase("Friday", DayOfWeek.Friday)]
    [TestCase("friday", DayOfWeek.Friday)]
    public void A_name_is_read_as_its_value(string name, DayOfWeek day)
    {
        Assert.That(Pack.Read<DayOfWeek>(Pack.Of(name)), Is.EqualTo(day));
        Assert.That(Pack.Read<DayOfWeek?>(Pack.Of(name)), Is.EqualTo(day));
        Assert.That(Pack.Read<DayOfWeek[]>(Pack.Of(new[] { name })), Is.EqualTo(new[] { day }));
        Assert.That(Pack.Read<Holder>(Pack.Of(new Dictionary<string, object?> { ["day"] = name })), Is.EqualTo(new Holder(day)));
    }

    [Test]
    public void Numbers_and_flags_are_read_and_numbers_written()
    {
        Assert.That(Pack.Read<DayOfWeek>(Pack.Of(5)), Is.EqualTo(DayOfWeek.Friday));
        Assert.That(Pack.Read<FileAttributes>(Pack.Of("hidden, system")), Is.EqualTo(FileAttributes.Hidden | FileAttributes.System));
        Assert.That(Pack.Of(DayOfWeek.Friday), Is.EqualTo(new byte[] { 5 }));
        Assert.That(Pack.Untyped(Pack.Of(new Holder(DayOfWeek.Friday))), Is.EqualTo(new Dictionary<string, object?> { ["Day"] = 5L }));
        Assert.That(Pack.RoundTrip(new Dictionary<DayOfWeek, (int, int)> { [DayOfWeek.Friday] = (1, 2) })[DayOfWeek.Friday], Is.EqualTo((1, 2)));
    }

    [TestCase("Fryday")]
    [TestCase("")]
    [TestCase("5")]
    [TestCase("-1")]
    public void An_unknown_name_is_refused_with_the_valid_ones(string name) =>
        Assert.That(() => Pack.Read<DayOfWeek>(Pack.Of(name)), Throws.TypeOf<WireFormatException>().With.Message.Contains($"'{name}'").And.Message.Contains("Friday"));

    public sealed record Holder(DayOfWeek Day);
}
