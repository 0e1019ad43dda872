using System.Text.Json;
using System.Text.Json.Serialization;
using QCluster.Wire.Values;

namespace QCluster.Tests.Wire;

/// <summary>Client and worker with different JSON settings: what one writes the other reads, or refuses; nothing arrives empty.</summary>
public sealed class DifferentSettingsTests
{
    private static readonly ValueSerializer Web = new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } });
    private static readonly ValueSerializer Snake = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower });
    private static readonly Purchase Sample = new("Ann", DayOfWeek.Friday);

    public sealed record Purchase(string CustomerName, DayOfWeek Day);

    [Test]
    public void Case_and_the_form_of_enums_may_differ()
    {
        Assert.That(Pack.Read<Purchase>(Pack.Of(Sample, Web)), Is.EqualTo(Sample));
        Assert.That(Pack.Read<Purchase>(Pack.Of(Sample), Web), Is.EqualTo(Sample));
        Assert.That(Pack.Read<DayOfWeek>(Pack.Of(DayOfWeek.Friday, Web)), Is.EqualTo(DayOfWeek.Friday));
        Assert.That(Pack.Read<DayOfWeek>(Pack.Of(DayOfWeek.Friday), Web), Is.EqualTo(DayOfWeek.Friday));
    }

    [Test]
    public void A_member_given_twice_is_refused()
    {
        var twice = new Dictionary<string, object> { ["CustomerName"] = "Ann", ["customerName"] = "Bob", ["Day"] = 5 };
        Assert.That(() => Pack.Read<Purchase>(Pack.Of(twice)), Throws.TypeOf<WireFormatException>().With.Message.Contains("Duplicate property 'CustomerName'"));
    }

    [Test]
    public void Other_names_are_refused() =>
        Assert.That(() => Pack.Read<Purchase>(Pack.Of(Sample, Snake)), Throws.TypeOf<WireFormatException>().With.Message.Contains("customer_name"));
}
