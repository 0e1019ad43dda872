using MessagePack;
using QCluster.Execution.Functions;
using QCluster.Execution.Records;
using QCluster.Model;
using QCluster.Wire;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;
using QCluster.Wire.Values;

namespace QCluster.Tests.Wire;

/// <summary>What a task follows from is not signed as a part of it, but cannot be exchanged all the same.</summary>
internal sealed class AttachmentTests
{
    private static readonly PacketSigner Signer = Samples.Signer();
    private static readonly PacketFormat Format = Samples.Format(Signer, new WireLimits { MaxLength = 1 << 20 });
    private static readonly RecordDecoder Decoder = new(Format);
    private static readonly TaskId Other = new(Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8058"), "default");

    [OneTimeTearDown]
    public void DisposeSigner() => Signer.Dispose();

    private static TaskPacket Read(TaskPacket packet, byte[] attachment)
    {
        var attached = TaskElement.Attached(packet.ToElement(Format), attachment);
        return TaskPacket.Read(attached, "default", Format);
    }

    private static byte[] RecordOf(TaskId id, string? group = null) =>
    [
        .. Samples.Success("value").ToBytes(id, Format),
        .. new TaskPacket { Id = id, Func = "f", Group = group }.ToElement(Format),
    ];

    private static TaskInput Input(TaskPacket packet) => TaskInput.Of(packet, Decoder);

    [Test]
    public void A_hook_is_given_the_record_of_its_task_and_of_no_other()
    {
        var hook = new TaskPacket { Id = Other.ForHook(), Func = "hook", HookOf = Other.ToString() };
        Assert.That(Input(Read(hook, RecordOf(Other))).Hooked!.Result, Is.EqualTo("value"));
        Assert.That(() => Input(Read(hook, RecordOf(Samples.Id))), Throws.TypeOf<WireFormatException>());
        Assert.That(() => Input(Read(hook, [])), Throws.TypeOf<WireFormatException>());
    }

    [Test]
    public void A_chains_hook_is_given_a_step_of_its_chain_and_of_no_other()
    {
        var hook = new TaskPacket { Id = Other.ForHook(), Func = "hook", HookOf = "", Group = "chain" };
        Assert.That(Input(Read(hook, RecordOf(Samples.Id, "chain"))).Hooked!.Group, Is.EqualTo("chain"));
        Assert.That(() => Input(Read(hook, RecordOf(Samples.Id, "another"))), Throws.TypeOf<WireFormatException>().With.Message.Contains("another"));
        byte[] mixed = [.. Samples.Success("forged").ToBytes(Other, Format), .. RecordOf(Samples.Id, "chain")[Envelope.LengthOf(RecordOf(Samples.Id, "chain"))..]];
        Assert.That(() => Input(Read(hook, mixed)), Throws.TypeOf<WireFormatException>(), "the outcome of one task with the packet of another");
    }

    [Test]
    public void The_previous_value_replaces_its_placeholder()
    {
        using var args = new PooledBuffer();
        var writer = new MessagePackWriter(args);
        writer.WriteArrayHeader(3);
        writer.Write(1);
        PreviousValue.WritePlaceholder(ref writer);
        writer.WriteText("x");
        writer.Flush();
        var packet = Read(new TaskPacket { Id = Other, Func = "f", Args = args.WrittenSpan.ToArray(), Previous = Samples.Id.ToString() }, RecordOf(Samples.Id));
        Assert.That(Pack.Untyped(Input(packet).Args.ToArray()), Is.EqualTo(new object[] { 1, "value", "x" }));

        packet = Read(new TaskPacket { Id = Other, Func = "f", Args = args.WrittenSpan.ToArray(), Previous = Samples.Id.ToString() }, RecordOf(Other));
        Assert.That(() => Input(packet), Throws.TypeOf<WireFormatException>(), "the outcome of another task");
    }

    [Test]
    public void Follow_ups_are_skipped_and_damage_in_them_is_a_wire_error()
    {
        var followUps = new FollowUps();
        followUps.AddGroup("group");
        followUps.AddUnique("key", TimeSpan.FromSeconds(1.5));
        followUps.AddChain(Other.ToBytes(), 7, "mail");
        var element = followUps.ApplyTo(Samples.SmallPacket().ToElement(Format));
        Assert.That(TaskPacket.Read(element, "default", Format).Func, Is.EqualTo("math.copysign"));
        foreach (var length in new byte[] { 0, 1, 0xFF })
        {
            var damaged = element.ToArray();
            damaged[20] = length;
            damaged[23] = 0xFF;
            Assert.That(() => TaskPacket.Read(damaged, "default", Format), Throws.TypeOf<WireFormatException>());
        }

        element[0]++;
        Assert.That(() => TaskPacket.Read(element, "default", Format), Throws.TypeOf<WireFormatException>().With.Message.Contains("update this side"));
    }
}
