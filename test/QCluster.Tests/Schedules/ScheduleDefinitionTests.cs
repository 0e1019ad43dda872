using MessagePack;
using QCluster.Client.Schedules;
using QCluster.Tests.Wire;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;

namespace QCluster.Tests.Schedules;

/// <summary>Schedules as they stand in Redis.</summary>
public sealed class ScheduleDefinitionTests
{
    private static readonly PacketSigner Signer = new("test", ["a secret of some length"]);

    private static ScheduleDefinition Definition => new()
    {
        Name = "nightly",
        When = Recurrence.Cron("0 3 13 * 5", CronDays.Both),
        TimeZone = "Europe/Prague",
        Start = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123),
        Repeats = 7,
        CatchUp = CatchUp.Latest,
        Overlap = Overlap.Skip,
        ExpiresAfter = TimeSpan.FromSeconds(50),
        IsStartImplied = true,
        IsPeriodicTask = true,
        Pattern = [1, 2, 3],
    };

    [Test]
    public void A_definition_is_read_as_it_was_written_and_has_stable_bytes()
    {
        var bytes = Definition.ToBytes("default", Samples.Format(Signer));
        var read = ScheduleDefinition.Read("nightly", "default", bytes, Samples.Format(Signer));
        Assert.Multiple(() =>
        {
            Assert.That(read.When, Is.EqualTo(Definition.When));
            Assert.That((read.TimeZone, read.Start, read.Repeats, read.CatchUp, read.Overlap, read.IsPeriodicTask), Is.EqualTo((Definition.TimeZone, Definition.Start, Definition.Repeats, Definition.CatchUp, Definition.Overlap, true)));
            Assert.That((read.ExpiresAfter, read.IsStartImplied, read.When.DayMatch), Is.EqualTo((Definition.ExpiresAfter, true, CronDays.Both)));
            Assert.That(read.Pattern, Is.EqualTo(Definition.Pattern));
            Assert.That(Definition.ToBytes("default", Samples.Format(Signer)), Is.EqualTo(bytes));
        });
    }

    [TestCase("0 3 * * *", "0 3 * * *")]
    [TestCase("0 0 13 * 5", "0 0 13 * 5 both", Description = "as it was fired then")]
    [TestCase("30s", "30s")]
    public void A_definition_of_the_previous_version_keeps_its_meaning(string when, string now)
    {
        using var draft = EnvelopeDraft.Rent();
        var body = new MessagePackWriter(draft.Buffer);
        body.WriteArrayHeader(7);
        body.WriteText(when);
        body.WriteText("Europe/Prague");
        body.Write(1_800_000_000_123);
        body.Write(0);
        body.Write(-1);
        body.Write(0x11);
        body.Write([1, 2, 3]);
        body.Flush();
        var bytes = Envelope.Seal(draft, ScheduleDefinition.IdOf("nightly", "default"), PacketPurpose.Schedule, Signer, compress: false);
        var read = ScheduleDefinition.Read("nightly", "default", bytes, Samples.Format(Signer));
        Assert.That((read.When.ToString(), read.TimeZone, read.Overlap, read.IsPeriodicTask, read.ExpiresAfter), Is.EqualTo((now, "Europe/Prague", Overlap.Skip, true, (TimeSpan?)null)));
        Assert.That(read.Pattern, Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(Recurrence.Parse(read.When.ToString()), Is.EqualTo(read.When));
    }

    [Test]
    public void An_altered_unsigned_or_borrowed_definition_is_refused()
    {
        var bytes = Definition.ToBytes("default", Samples.Format(Signer));
        for (var i = 0; i < bytes.Length; i++)
        {
            var altered = (byte[])bytes.Clone();
            altered[i] ^= 0x10;
            Assert.That(() => ScheduleDefinition.Read("nightly", "default", altered, Samples.Format(Signer)), Throws.TypeOf<WireFormatException>(), $"byte {i}");
        }

        Assert.That(() => ScheduleDefinition.Read("other", "default", bytes, Samples.Format(Signer)), Throws.TypeOf<WireFormatException>());
        Assert.That(() => ScheduleDefinition.Read("nightly", "other", bytes, Samples.Format(Signer)), Throws.TypeOf<WireFormatException>());
        Assert.That(() => ScheduleDefinition.Read("nightly", "default", Definition.ToBytes("default", Samples.Format()), Samples.Format(Signer)), Throws.TypeOf<WireFormatException>());
    }

    [Test]
    public void Each_occurrence_has_one_id_of_its_own()
    {
        var due = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);
        var id = ScheduleDefinition.SlotOf("nightly", "default", due);
        Assert.That(ScheduleDefinition.SlotOf("nightly", "default", due), Is.EqualTo(id));
        Assert.That(id.Created, Is.EqualTo(due));
        Assert.That(id.ForHook(), Is.Not.EqualTo(id));
        Assert.That(new[] { ScheduleDefinition.SlotOf("nightly", "default", due.AddSeconds(1)), ScheduleDefinition.SlotOf("daily", "default", due), ScheduleDefinition.SlotOf("nightly", "mail", due) }, Has.None.EqualTo(id));
    }
}
