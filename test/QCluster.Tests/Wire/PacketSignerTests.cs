using QCluster.Wire.Packets;

namespace QCluster.Tests.Wire;

public sealed class PacketSignerTests
{
    [Test]
    public void Every_altered_byte_behind_the_counters_is_refused()
    {
        using var signer = Samples.Signer();
        var element = Samples.Element(Samples.FullPacket(), signer);
        for (var i = TaskElement.IdOffset; i < element.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var altered = element.ToArray();
                altered[i] ^= (byte)(1 << bit);
                Assert.That(() => Samples.ReadTask(altered, signer), Throws.TypeOf<WireFormatException>(), $"byte {i} bit {bit}");
            }
        }
    }

    [Test]
    public void Every_altered_byte_of_an_outcome_is_refused()
    {
        using var signer = Samples.Signer();
        var record = Samples.Record(Samples.Success(), signer);
        for (var i = 0; i < record.Length; i++)
        {
            var altered = record.ToArray();
            altered[i] ^= 1;
            Assert.That(() => Samples.ReadOutcome(altered, signer), Throws.TypeOf<WireFormatException>(), $"byte {i}");
        }
    }

    [Test]
    public void A_secret_is_rotated_without_downtime()
    {
        using var before = Samples.Signer(secrets: ["old"]);
        using var during = Samples.Signer(secrets: ["new", "old"]);
        using var after = Samples.Signer(secrets: ["new"]);
        Assert.That(() => Samples.ReadTask(Samples.Element(Samples.SmallPacket(), before), during), Throws.Nothing);
        Assert.That(() => Samples.ReadTask(Samples.Element(Samples.SmallPacket(), during), after), Throws.Nothing);
        Assert.That(() => Samples.ReadTask(Samples.Element(Samples.SmallPacket(), before), after), Throws.TypeOf<WireFormatException>().With.Message.Contains("none of the secrets"));
    }

    [Test]
    public void Another_name_or_purpose_has_another_key()
    {
        using var signer = Samples.Signer();
        using var other = Samples.Signer("other");
        var element = Samples.Element(Samples.SmallPacket(), signer);
        Assert.That(() => Samples.ReadTask(element, other), Throws.TypeOf<WireFormatException>().With.Message.Contains("cluster name"));
        Assert.That(() => Samples.ReadOutcome(element[TaskElement.HeaderLength..], signer), Throws.TypeOf<WireFormatException>().With.Message.Contains("signature"));
    }

    [Test]
    public void Signed_and_unsigned_sides_refuse_each_other_and_say_why()
    {
        using var signer = Samples.Signer();
        Assert.That(() => Samples.ReadTask(Samples.Element(Samples.SmallPacket()), signer), Throws.TypeOf<WireFormatException>().With.Message.Contains("not signed, and a secret is set here"));
        Assert.That(() => Samples.ReadTask(Samples.Element(Samples.SmallPacket(), signer)), Throws.TypeOf<WireFormatException>().With.Message.Contains("signed, but no secret is set here"));
    }

    [Test]
    public void The_signature_is_checked_before_anything_is_decompressed()
    {
        using var signer = Samples.Signer();
        using var other = Samples.Signer("other");
        var element = Samples.Element(new TaskPacket { Id = Samples.Id, Func = "f", Args = Pack.Of<object?[]>([new byte[5_000_000]]) }, other, compress: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(() => Samples.ReadTask(element, signer), Throws.TypeOf<WireFormatException>().With.Message.Contains("signature"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(200_000));
    }

    [Test]
    public void An_empty_secret_is_no_secret() =>
        Assert.That(static () => new PacketSigner("default", [""]), Throws.TypeOf<InvalidSettingException>());

    [Test]
    public void Many_threads_may_share_a_signer()
    {
        using var signer = Samples.Signer();
        var element = Samples.Element(Samples.SmallPacket(), signer);
        Parallel.For(0, 5000, _ =>
        {
            Assert.That(Samples.Element(Samples.SmallPacket(), signer), Is.EqualTo(element));
            Assert.That(() => Samples.ReadTask(element, signer), Throws.Nothing);
        });
    }
}
