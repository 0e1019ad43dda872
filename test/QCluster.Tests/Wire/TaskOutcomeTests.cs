using QCluster.Model;
using QCluster.Wire.Packets;

namespace QCluster.Tests.Wire;

public sealed class TaskOutcomeTests
{
    [Test]
    public void A_success_is_read_as_it_was_written([Values] bool compress)
    {
        using var signer = Samples.Signer();
        var outcome = Samples.Success(new string('x', 2000));
        var read = Samples.ReadOutcome(Samples.Record(outcome, signer, compress), signer);
        Assert.That(read.Value.ToArray(), Is.EqualTo(outcome.Value.ToArray()));
        Assert.That((read.State, read.Attempt, read.Started, read.Stopped, read.Error, read.Worker, read.Cluster), Is.EqualTo((outcome.State, outcome.Attempt, outcome.Started, outcome.Stopped, outcome.Error, outcome.Worker, outcome.Cluster)));
    }

    [Test]
    public void A_failure_is_read_as_it_was_written()
    {
        var outcome = Samples.Failure();
        var read = Samples.ReadOutcome(Samples.Record(outcome));
        Assert.That(read.Value.ToArray(), Is.EqualTo(Pack.Hex("c0")));
        Assert.That((read.State, read.Attempt, read.Started, read.Stopped, read.Error, read.Worker, read.Cluster), Is.EqualTo((outcome.State, outcome.Attempt, outcome.Started, outcome.Stopped, outcome.Error, outcome.Worker, outcome.Cluster)));
    }

    [Test]
    public void The_element_behind_the_outcome_is_returned([Values] bool kept)
    {
        var element = kept ? Samples.Element(Samples.FullPacket()) : [];
        byte[] record = [.. Samples.Record(Samples.Success()), .. element];
        TaskOutcome.Read(record, Samples.Id, Samples.Format(), out var rest);
        Assert.That(rest.ToArray(), Is.EqualTo(element));
    }

    [Test]
    public void An_exception_text_with_half_a_character_does_not_lose_the_outcome()
    {
        var outcome = new TaskOutcome { State = TaskState.Failed, Attempt = 1, Stopped = DateTimeOffset.UnixEpoch, Error = new TaskError(FailureReason.Exception, "T", "half \ud800", "at \udc00"), Worker = "w", Cluster = "c" };
        Assert.That(Samples.ReadOutcome(Samples.Record(outcome)).Error, Is.EqualTo(new TaskError(FailureReason.Exception, "T", "half \ufffd", "at \ufffd")));
    }

    [TestCase("98 02 01 c0 00 c0 c0 a0 a0", "state 2")]
    [TestCase("98 03 ce00010000 c0 00 c0 c0 a0 a0", "65536")]
    [TestCase("98 03 01 c0 c0 c0 c0 a0 a0", "an integer is wanted")]
    [TestCase("98 03 01 c0 cf7fffffffffffffff c0 c0 a0 a0", "DateTimeOffset")]
    [TestCase("98 04 01 c0 00 c0 91c0 a0 a0", "An error has 4 items")]
    [TestCase("97 03 01 c0 00 c0 c0 a0", "has 7")]
    [TestCase("98 03 01 c0 00 c0 c0 a0 a0 00", "1 bytes follow")]
    public void A_malformed_outcome_is_refused_with_the_reason(string body, string reason)
    {
        var bytes = Pack.Hex(body);
        byte[] record = [.. Pack.Hex("94 01 00 c0 c4"), (byte)bytes.Length, .. bytes];
        Assert.That(() => Samples.ReadOutcome(record), Throws.TypeOf<WireFormatException>().With.Message.Contains(reason));
    }

    [Test]
    public void The_outcome_of_another_task_is_refused()
    {
        using var signer = Samples.Signer();
        var record = Samples.Record(Samples.Success(), signer);
        Assert.That(() => Samples.ReadOutcome(record, signer, TaskId.New("default", TimeProvider.System)), Throws.TypeOf<WireFormatException>().With.Message.Contains("signature"));
    }
}
