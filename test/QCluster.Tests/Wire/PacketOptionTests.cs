using QCluster.Model;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;

namespace QCluster.Tests.Wire;

/// <summary>No option can be forgotten in the table of keys, or in a copy.</summary>
public sealed class PacketOptionTests
{
    private static readonly string[] OfOneTask =
    [
        nameof(TaskPacket.Expires), nameof(TaskPacket.Queue), nameof(TaskPacket.Slot), nameof(TaskPacket.Schedule), nameof(TaskPacket.TraceParent), nameof(TaskPacket.TraceState),
    ];

    private static readonly PacketProperty[] Options = [.. PacketProperty.All()];

    private static TaskPacket Full()
    {
        var packet = Samples.SmallPacket();
        for (var i = 0; i < Options.Length; i++)
            Options[i].SetValue(packet, Value(Options[i].Type, i + 1));
        return packet;
    }

    private static object Value(Type type, int number) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => $"text {number}",
        var t when t == typeof(bool) => true,
        var t when t == typeof(int) => number,
        var t when t == typeof(TimeSpan) => TimeSpan.FromMilliseconds(number),
        var t when t == typeof(DateTimeOffset) => DateTimeOffset.FromUnixTimeMilliseconds(number),
        var t when t == typeof(byte[]) => new[] { (byte)number },
        var t => throw new NotSupportedException($"Say here which value an option of the type {t} is given."),
    };

    [Test]
    public void Every_option_is_read_as_it_was_written()
    {
        var packet = Full();
        var read = Samples.ReadTask(Samples.Element(packet));
        Assert.Multiple(() =>
        {
            foreach (var option in Options)
                Assert.That(option.GetValue(read), Is.EqualTo(option.GetValue(packet)), option.Name);
        });
    }

    [Test]
    public void Each_option_alone_is_read_as_it_was_written()
    {
        Assert.Multiple(static () =>
        {
            foreach (var option in Options)
            {
                var packet = Samples.SmallPacket();
                option.SetValue(packet, Value(option.Type, 7));
                var read = Samples.ReadTask(Samples.Element(packet));
                foreach (var other in Options)
                    Assert.That(other.GetValue(read), Is.EqualTo(other.GetValue(packet)), $"{other.Name} where {option.Name} is set");
            }
        });
    }

    [Test]
    public void Options_are_written_in_the_order_of_their_keys()
    {
        var element = Samples.Element(Full());
        var body = Envelope.Open(TaskElement.EnvelopeOf(element, out _), Samples.Id.Value, PacketPurpose.Task, Samples.Unsigned, WireLimits.Default, out _);
        var reader = new WireReader(body);
        reader.ReadArrayHeader();
        for (var item = 0; item < 3; item++)
            reader.Skip();
        var keys = new long[reader.ReadMapHeader()];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = reader.ReadInt64();
            reader.Skip();
        }

        Assert.That(keys, Is.EqualTo(Enumerable.Range(1, Options.Length).Select(static key => (long)key)));
    }

    [Test]
    public void Copy_under_another_id_has_all_but_what_belongs_to_one_task()
    {
        var packet = Full();
        var fresh = Samples.SmallPacket();
        var id = TaskId.New("mail", TimeProvider.System);
        var copy = packet.With(id);
        Assert.Multiple(() =>
        {
            Assert.That((copy.Id, copy.Func, copy.Attempt), Is.EqualTo((id, packet.Func, (ushort)1)));
            Assert.That(copy.Args.ToArray(), Is.EqualTo(packet.Args.ToArray()));
            foreach (var option in Options)
                Assert.That(option.GetValue(copy), Is.EqualTo(option.GetValue(OfOneTask.Contains(option.Name) ? fresh : packet)), option.Name);
        });
    }

    [Test]
    public void Copy_begins_without_attempts_or_losses_and_keeps_its_attachment()
    {
        var packet = Samples.SmallPacket() with { Attempt = 3, Lost = 2, History = new byte[] { 1 }, Attachment = new byte[] { 2 } };
        var copy = packet.With(Samples.Id);
        Assert.That((copy.Attempt, copy.Lost, copy.History.Length, copy.Attachment.Length), Is.EqualTo(((ushort)1, (byte)0, 0, 1)));
    }
}
