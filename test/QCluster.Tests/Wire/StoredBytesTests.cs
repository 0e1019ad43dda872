using QCluster.Execution.Functions;
using QCluster.Client.Schedules;
using QCluster.Execution.Records;
using QCluster.Wire.Packets;

namespace QCluster.Tests.Wire;

/// <summary>Bytes that the hand-written codec made, before MessagePack-CSharp took its place: they are read, and written the same again.</summary>
public sealed class StoredBytesTests
{
    private static readonly Dictionary<string, byte[]> Stored = File.ReadAllLines(Path.Combine(TestContext.CurrentContext.TestDirectory, "Wire", "Stored.txt"))
        .Select(static line => line.Split(": "))
        .ToDictionary(static parts => parts[0], static parts => Convert.FromHexString(parts[1]));

    private static PacketSigner SignerOf(string name) => name.StartsWith("signed", StringComparison.Ordinal) ? StoredSamples.Signed : Samples.Unsigned;

    private static TaskPacket Task(string name) => TaskPacket.Read(Stored[name], "default", Samples.Format(SignerOf(name)));

    private static TaskOutcome Outcome(string name) => TaskOutcome.Read(Stored[name], Samples.Id, Samples.Format(SignerOf(name)), out _);

    [Test]
    public void Every_kind_of_value_is_written_with_the_same_bytes_as_before()
    {
        var now = StoredSamples.All().ToDictionary(static sample => sample.Name, static sample => sample.Bytes);
        Assert.That(now.Keys, Is.EquivalentTo(Stored.Keys.Where(static name => !name.Contains("former", StringComparison.Ordinal))));
        // What zlib makes of a body is its own affair; only its content is promised. Schedules have two items more now; stored ones are still read, below.
        Assert.Multiple(() =>
        {
            foreach (var (name, bytes) in now.Where(static sample => !sample.Key.Contains("compressed", StringComparison.Ordinal) && !sample.Key.Contains("schedule", StringComparison.Ordinal)))
                Assert.That(Convert.ToHexStringLower(bytes), Is.EqualTo(Convert.ToHexStringLower(Stored[name])), name);
        });
    }

    [Test]
    public void Every_stored_value_is_read_as_its_type()
    {
        Assert.Multiple(() =>
        {
            foreach (var (name, value, type) in StoredSamples.Values.Where(static sample => sample.Type != typeof(System.Text.Json.JsonElement)))
                Assert.That(Pack.Read(Stored[name], type), value is null ? Is.Null : Is.EqualTo(value), $"{name}, a {type}");
        });
    }

    [TestCase("plain")]
    [TestCase("signed")]
    public void Stored_tasks_are_read(string how)
    {
        var expected = StoredSamples.EveryOption();
        var read = Task($"{how} task with all options");
        foreach (var property in typeof(TaskPacket).GetProperties().Where(static p => p.PropertyType != typeof(ReadOnlyMemory<byte>)))
            Assert.That(property.GetValue(read), Is.EqualTo(property.GetValue(expected)), property.Name);
        Assert.That(read.Args.ToArray(), Is.EqualTo(expected.Args.ToArray()));
        Assert.That(read.Kwargs.ToArray(), Is.EqualTo(expected.Kwargs.ToArray()));

        Assert.That(Task($"{how} task").Func, Is.EqualTo("math.copysign"));
        Assert.That(Task($"{how} task, compressed").Args.ToArray(), Is.EqualTo(StoredSamples.Large().Args.ToArray()));
        Assert.That(Task($"{how} task with follow-ups").HookArgs, Is.EqualTo(Pack.Of<object?[]>([1, "two"])));
        Assert.That(Task($"{how} chain's step").Previous, Is.EqualTo(StoredSamples.Other.ToString()));
        Assert.That(Task($"{how} hook").HookOf, Is.EqualTo(Samples.Id.ToString()));
        Assert.That(Task($"{how} chain's hook").Group, Is.EqualTo("chain"));
        Assert.That(Task($"{how} group's callback").CallbackOf, Is.EqualTo("group"));
    }

    [Test]
    public void Options_in_the_former_order_are_read_the_same()
    {
        var formers = Stored.Keys.Where(static name => name.Contains("former", StringComparison.Ordinal)).ToArray();
        Assert.That(formers, Has.Length.EqualTo(6));
        foreach (var name in formers)
        {
            var (former, now) = (PacketIn(name), PacketIn(name.Replace("former ", "", StringComparison.Ordinal)));
            Assert.That(Stored[name], Is.Not.EqualTo(Stored[name.Replace("former ", "", StringComparison.Ordinal)]), name);
            foreach (var property in typeof(TaskPacket).GetProperties().Where(static p => p.PropertyType != typeof(ReadOnlyMemory<byte>)))
                Assert.That(property.GetValue(former), Is.EqualTo(property.GetValue(now)), $"{property.Name} of {name}");
        }
    }

    private static TaskPacket PacketIn(string name) => name.EndsWith("record", StringComparison.Ordinal)
        ? new RecordDecoder(Samples.Format(SignerOf(name))).PacketOf(Samples.Id, Stored[name])!
        : Task(name);

    [TestCase("plain")]
    [TestCase("signed")]
    public void Stored_outcomes_and_records_are_read(string how)
    {
        Assert.That(Pack.Untyped(Outcome($"{how} success").Value.ToArray()), Is.EqualTo(-2.0));
        Assert.That(Outcome($"{how} failure").Error, Is.EqualTo(Samples.Failure().Error));
        Assert.That(Outcome($"{how} cancelled").Error!.Message, Is.EqualTo("half \ufffd of a pair"));
        Assert.That(Outcome($"{how} cancelled").NoErrorMail, Is.True);
        Assert.That(Outcome($"{how} success, compressed").Value.Length, Is.GreaterThan(2000));
        var decoder = new RecordDecoder(Samples.Format(SignerOf(how)));
        var record = decoder.Decode(Samples.Id, Stored[$"{how} record"]);
        Assert.That((record.State, record.Result, record.Func, record.Name), Is.EqualTo((TaskState.Succeeded, (object)-2.0, "math.copysign", "a name")));
        Assert.That(record.Args, Is.EqualTo((object[])[2L, -2L]));
    }

    [TestCase("plain")]
    [TestCase("signed")]
    public void A_stored_schedule_and_a_stored_step_with_its_attachment_are_read(string how)
    {
        var signer = SignerOf(how);
        var schedule = ScheduleDefinition.Read("nightly", "default", Stored[$"{how} schedule"], Samples.Format(signer));
        Assert.That((schedule.When, schedule.TimeZone, schedule.Repeats, schedule.CatchUp, schedule.Overlap, schedule.IsPeriodicTask), Is.EqualTo((Recurrence.Cron("0 3 * * *"), "Europe/Prague", (int?)7, (CatchUp?)CatchUp.Latest, Overlap.Skip, true)));
        Assert.That(TaskPacket.Read(schedule.Pattern, "default", Samples.Format(signer)).Schedule, Is.EqualTo("nightly"));

        var decoder = new RecordDecoder(Samples.Format(signer));
        var input = TaskInput.Of(Task($"{how} step with its attachment"), decoder);
        Assert.That(Pack.Untyped(input.Args.ToArray()), Is.EqualTo((object[])["value"]));
    }
}
