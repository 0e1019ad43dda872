using System.Globalization;
using System.Text;
using QCluster.Execution.Records;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Wire.Packets;
using QCluster.Wire.Values;

namespace QCluster.Testing.Recording;

/// <summary>Reads enqueued calls from the bytes that would have travelled.</summary>
internal sealed class TaskReader(PacketFormat format)
{
    private readonly RecordDecoder _decoder = new(format);

    public TaskPacket Packet(byte[] element, string queue) => TaskPacket.Read(element, queue, format);

    /// <summary>A task of its own.</summary>
    public EnqueuedTask Read(byte[] element, EnqueueBatch batch, RecordedGroup? group)
    {
        var packet = Packet(element, batch.Queue);
        var unique = UniqueKey(element);
        var options = OptionsOf(packet) with
        {
            Delay = batch.Delay,
            Eta = batch.Due,
            Mandatory = batch.Demand == EnqueueDemand.Cluster,
            Immediate = batch.Demand == EnqueueDemand.Slot,
            UniqueKey = unique?.Key,
            UniqueWindow = unique?.Window,
        };
        return new EnqueuedTask(packet, CallOf(packet), options, _decoder) { Set = group is { IsSet: true } ? new TaskId(Guid.ParseExact(packet.Group!, "N"), batch.Queue).ToString() : null, SetCallback = group?.Callback };
    }

    /// <summary>A step of a chain.</summary>
    public EnqueuedTask Read(byte[] element, string queue, TimeSpan? delay, EnqueuedChain chain)
    {
        var packet = Packet(element, queue);
        return new EnqueuedTask(packet, CallOf(packet), OptionsOf(packet) with { Delay = delay }, _decoder) { Chain = chain };
    }

    /// <summary>The unique key, and its window; without one it is held until the task has ended.</summary>
    public static (string Key, TimeSpan? Window)? UniqueKey(byte[] element)
    {
        if (!TaskElement.TryGetItem(element, 'u', out var item))
            return null;
        var text = Encoding.UTF8.GetString(item);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var milliseconds = long.Parse(text.AsSpan(0, colon), CultureInfo.InvariantCulture);
        return (text[(colon + 1)..], milliseconds == 0 ? null : TimeSpan.FromMilliseconds(milliseconds));
    }

    private TaskOptions OptionsOf(TaskPacket packet) => TaskOptions.Of(packet) with
    {
        Queue = packet.Id.Queue,
        Expires = packet.Expires,
        HookArgs = packet.HookArgs is { } args ? _decoder.Read<object?[]>(args) : null,
    };

    private TaskCall CallOf(TaskPacket packet)
    {
        var call = _decoder.CallOf(packet.Previous is null ? packet : WithoutPrevious(packet));
        return call with { Kwargs = call.Kwargs ?? new Dictionary<string, object?>(StringComparer.Ordinal) };
    }

    /// <summary>The value of the previous step is not known yet.</summary>
    private static TaskPacket WithoutPrevious(TaskPacket packet) => new()
    {
        Id = packet.Id,
        Func = packet.Func,
        Args = PreviousValue.Fill(packet.Args, [0xc0]),
        Kwargs = PreviousValue.Fill(packet.Kwargs, [0xc0]),
    };
}
