using QCluster.Model;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;

namespace QCluster.Tests.Wire;

public sealed class TaskPacketTests
{
    [Test]
    public void A_packet_with_everything_set_is_read_as_it_was_written([Values] bool signed, [Values] bool compress)
    {
        using var signer = signed ? Samples.Signer() : new PacketSigner("", []);
        var packet = Samples.FullPacket();
        var read = TaskPacket.Read(Samples.Element(packet, signer, compress), "mail", Samples.Format(signer));
        Assert.That(read.Id, Is.EqualTo(new TaskId(packet.Id.Value, "mail")));
        Assert.That(read.Args.ToArray(), Is.EqualTo(packet.Args.ToArray()));
        Assert.That(read.Kwargs.ToArray(), Is.EqualTo(packet.Kwargs.ToArray()));
        Assert.That(
            (read.Attempt, read.Lost, read.Func, read.Name, read.Retry, read.Limits, read.Result, read.Expires, read.Group, read.Hook),
            Is.EqualTo((packet.Attempt, packet.Lost, packet.Func, packet.Name, packet.Retry, packet.Limits, packet.Result, packet.Expires, packet.Group, packet.Hook)));
    }

    [Test]
    public void Options_at_their_defaults_take_no_bytes()
    {
        var element = Samples.Element(new TaskPacket { Id = Samples.Id, Func = "f" });
        Assert.That(element, Is.EqualTo(Pack.Hex("01 00 0001 01890a5dac96774bbcceb302099a8057 94 01 00 c0 c406 94 a166 90 c0 c0")));
        var read = Samples.ReadTask(element);
        Assert.That(read.Kwargs.IsEmpty, Is.True);
        Assert.That((read.Name, read.Retry, read.Limits, read.Result, read.Expires, read.Group, read.Hook), Is.EqualTo(((string?)null, RetryOptions.None, LimitOptions.None, ResultOptions.None, (DateTimeOffset?)null, (string?)null, (string?)null)));
    }

    [Test]
    public void The_header_names_the_attempt_in_fixed_places()
    {
        var element = Samples.Element(Samples.FullPacket());
        Assert.That(TaskElement.TryRead(element, out var header), Is.True);
        var envelope = TaskElement.EnvelopeOf(element, out _);
        Assert.That(header, Is.EqualTo(new TaskElementHeader(2, new AttemptKey(3, Samples.Id.Value))));
        Assert.That(envelope.ToArray(), Is.EqualTo(element[20..]));
        Assert.That(TaskElement.FieldOf(element).ToArray(), Is.EqualTo(header.Key.ToBytes()));
        Assert.That(AttemptKey.FromBytes(header.Key.ToBytes()), Is.EqualTo(header.Key));
        Assert.That(element[4..20], Is.EqualTo(Samples.Id.ToBytes()));
    }

    [Test]
    public void Counting_an_attempt_or_a_loss_in_redis_leaves_the_signature_right()
    {
        using var signer = Samples.Signer();
        var element = Samples.Element(Samples.SmallPacket(), signer);
        element[1] = 9;
        element[2] = 1;
        element[3] = 4;
        var read = Samples.ReadTask(element, signer);
        Assert.That((read.Lost, read.Attempt), Is.EqualTo(((byte)9, (ushort)260)));
    }

    [TestCase("", "shorter than its header")]
    [TestCase("02 00 0001 01890a5dac96774bbcceb302099a8057 94 01 00 c0 c406 94 a166 90 c0 c0", "version 2")]
    [TestCase("01 00 0000 01890a5dac96774bbcceb302099a8057 94 01 00 c0 c406 94 a166 90 c0 c0", "attempt 0")]
    [TestCase("01 00 0001 01890a5dac96774bbcceb302099a8057", "end early")]
    [TestCase("01 00 0001 01890a5dac96774bbcceb302099a8057 94 02 00 c0 c406 94 a166 90 c0 c0", "envelope of version 2")]
    [TestCase("01 00 0001 01890a5dac96774bbcceb302099a8057 94 01 02 c0 c406 94 a166 90 c0 c0", "flags 0x02")]
    [TestCase("01 00 0001 01890a5dac96774bbcceb302099a8057 93 01 00 c0 c406 94 a166 90 c0 c0", "has 3")]
    [TestCase("01 00 0001 01890a5dac96774bbcceb302099a8057 94 01 00 c0 c406 94 a166 90 c0 c0 00", "1 bytes follow")]
    [TestCase("01 00 0001 01890a5dac96774bbcceb302099a8057 94 01 00 c0 c405 93 a166 90 c0", "has 3")]
    [TestCase("01 00 0001 01890a5dac96774bbcceb302099a8057 94 01 00 c0 c407 94 a166 90 c0 c0 00", "1 bytes follow")]
    [TestCase("01 00 0001 01890a5dac96774bbcceb302099a8057 94 01 00 c0 c406 94 a166 80 c0 c0", "array of arguments")]
    [TestCase("01 00 0001 01890a5dac96774bbcceb302099a8057 94 01 00 c0 c406 94 a166 90 90 c0", "map of arguments")]
    [TestCase("01 00 0001 01890a5dac96774bbcceb302099a8057 94 01 00 c0 c408 94 a166 90 c0 81 02 ff", "option -1")]
    [TestCase("01 00 0001 01890a5dac96774bbcceb302099a8057 94 01 00 c0 c408 94 a166 90 c0 81 01 05", "a string is wanted")]
    [TestCase("01 00 0001 01890a5dac96774bbcceb302099a8057 94 01 01 c0 c406 94 a166 90 c0 c0", "not valid zlib")]
    public void A_malformed_element_is_refused_with_the_reason(string hex, string reason) =>
        Assert.That(() => Samples.ReadTask(Pack.Hex(hex)), Throws.TypeOf<WireFormatException>().With.Message.Contains(reason));

    [Test]
    public void Items_and_options_of_a_newer_version_are_ignored()
    {
        var read = Samples.ReadTask(Pack.Hex("01 00 0001 01890a5dac96774bbcceb302099a8057 95 01 00 c0 c40d 95 a166 90 c0 82 63 91c0 01 a16e c3 92c0c0"));
        Assert.That(read.Name, Is.EqualTo("n"));
    }

    [Test]
    public void A_body_over_the_limit_is_refused()
    {
        var element = Samples.Element(new TaskPacket { Id = Samples.Id, Func = "f", Args = Pack.Of<object?[]>([new string('a', 1000)]) });
        Assert.That(() => Samples.ReadTask(element, limits: new WireLimits { MaxLength = 500 }), Throws.TypeOf<WireFormatException>().With.Message.Contains("more than the 500 allowed"));
    }

    [Test]
    public void Only_a_large_body_that_shrinks_is_compressed()
    {
        var text = new string('a', 10_000);
        var noise = new byte[10_000];
        new Random(1).NextBytes(noise);
        var compressed = Samples.Element(new TaskPacket { Id = Samples.Id, Func = "f", Args = Pack.Of<object?[]>([text]) }, compress: true);
        Assert.That(compressed, Has.Length.LessThan(200));
        Assert.That(Pack.Untyped(Samples.ReadTask(compressed).Args.ToArray()), Is.EqualTo((object[])[text]));
        Assert.That(Samples.Element(new TaskPacket { Id = Samples.Id, Func = "f", Args = Pack.Of<object?[]>([noise]) }, compress: true), Has.Length.GreaterThan(10_000));
        Assert.That(Samples.Element(Samples.FullPacket(), compress: true), Is.EqualTo(Samples.Element(Samples.FullPacket())));
    }

    [Test]
    public void A_zip_bomb_is_refused_before_it_unfolds()
    {
        var bomb = Samples.Element(new TaskPacket { Id = Samples.Id, Func = "f", Args = Pack.Of<object?[]>([new byte[50_000_000]]) }, compress: true);
        Assert.That(bomb, Has.Length.LessThan(500_000));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => Samples.ReadTask(bomb, limits: new WireLimits { MaxLength = 1_000_000 }), Throws.TypeOf<WireFormatException>().With.Message.Contains("more than the 1000000 allowed"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(8_000_000));
    }

    [Test]
    public void A_time_below_a_millisecond_is_rounded_up_and_the_longest_is_kept()
    {
        var read = Samples.ReadTask(Samples.Element(new TaskPacket { Id = Samples.Id, Func = "f", Limits = new LimitOptions { Timeout = TimeSpan.FromTicks(1) }, Result = new ResultOptions { Ttl = TimeSpan.MaxValue }, Expires = DateTimeOffset.MinValue }));
        Assert.That(read.Limits.Timeout, Is.EqualTo(TimeSpan.FromMilliseconds(1)));
        Assert.That(read.Result.Ttl, Is.GreaterThan(TimeSpan.FromDays(10_000_000)));
        Assert.That(read.Expires, Is.EqualTo(DateTimeOffset.UnixEpoch));
    }
}
