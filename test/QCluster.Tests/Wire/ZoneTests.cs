namespace QCluster.Tests.Wire;

/// <summary>Dates written by a program in New York and read by one in Tokyo.</summary>
[NonParallelizable]
public sealed class ZoneTests
{
    private string? _zone;

    public sealed record Visit(DateTime At, DateTimeOffset Until, DateOnly Day, TimeOnly Hour, TimeSpan Length);

    [SetUp]
    public void Remember() => _zone = Environment.GetEnvironmentVariable("TZ");

    [TearDown]
    public void Restore() => Enter(_zone);

    [TestCase("2026-07-01T12:30:15.1234567", DateTimeKind.Utc)]
    [TestCase("2026-07-01T12:30:15.1234567", DateTimeKind.Local)]
    [TestCase("2026-07-01T12:30:15.1234567", DateTimeKind.Unspecified)]
    [TestCase("2026-11-01T01:30:00", DateTimeKind.Local)]
    [TestCase("0001-01-01T00:00:00", DateTimeKind.Utc)]
    [TestCase("0001-01-01T00:00:00", DateTimeKind.Unspecified)]
    [TestCase("9999-12-31T23:59:59.9999999", DateTimeKind.Utc)]
    [TestCase("9999-12-31T23:59:59.9999999", DateTimeKind.Unspecified)]
    public void Kind_and_instant_are_kept(string text, DateTimeKind kind)
    {
        Enter("America/New_York");
        var written = DateTime.SpecifyKind(DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture), kind);
        var instant = kind == DateTimeKind.Local ? written.ToUniversalTime() : written;
        var bytes = Pack.Of(written);
        var inRecord = Pack.Of(new Visit(written, default, default, default, default));
        Enter("Asia/Tokyo");
        foreach (var read in new[] { Pack.Read<DateTime>(bytes), Pack.Read<Visit>(inRecord).At })
        {
            Assert.That(read.Kind, Is.EqualTo(kind));
            Assert.That(kind == DateTimeKind.Local ? read.ToUniversalTime() : read, Is.EqualTo(instant));
        }
    }

    [Test]
    public void First_local_time_of_the_calendar_arrives()
    {
        Enter("America/New_York");
        var bytes = Pack.Of(DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Local));
        Enter("Asia/Tokyo");
        var read = Pack.Read<DateTime>(bytes);
        Assert.That(read.Kind, Is.EqualTo(DateTimeKind.Local));
        Assert.That(read, Is.EqualTo(DateTime.MinValue).Within(TimeSpan.FromHours(15)));
    }

    [Test]
    public void Local_time_that_no_other_zone_can_express_is_refused()
    {
        Enter("America/New_York");
        var bytes = Pack.Of(DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Local));
        Enter("Asia/Tokyo");
        Assert.That(() => Pack.Read<DateTime>(bytes), Throws.TypeOf<WireFormatException>().With.Message.Contains("9999-12-31T23:59:59.9999999-05:00"));
    }

    [Test]
    public void Values_without_a_zone_of_the_machine_stay_as_they_are()
    {
        Enter("America/New_York");
        var visit = new Visit(DateTime.UnixEpoch, new DateTimeOffset(2026, 7, 1, 8, 0, 0, TimeSpan.FromHours(5.5)), new DateOnly(2026, 7, 1), new TimeOnly(23, 59, 59, 999), TimeSpan.FromTicks(-1));
        var bytes = Pack.Of(visit);
        Enter("Asia/Tokyo");
        var read = Pack.Read<Visit>(bytes);
        Assert.That(read, Is.EqualTo(visit));
        Assert.That(read.Until.Offset, Is.EqualTo(TimeSpan.FromHours(5.5)));
    }

    [Test]
    public void Date_through_object_is_its_text()
    {
        Enter("America/New_York");
        var bytes = Pack.Of<object?[]>([new DateTime(2026, 7, 1, 12, 0, 0, DateTimeKind.Utc), new DateTime(2026, 7, 1, 12, 0, 0, DateTimeKind.Local), new DateOnly(2026, 7, 1)]);
        Enter("Asia/Tokyo");
        Assert.That(Pack.Read<object?[]>(bytes), Is.EqualTo(new object[] { "2026-07-01T12:00:00.0000000Z", "2026-07-01T12:00:00.0000000-04:00", "2026-07-01" }));
    }

    private static void Enter(string? zone)
    {
        Environment.SetEnvironmentVariable("TZ", zone);
        TimeZoneInfo.ClearCachedData();
    }
}
