using QCluster.Wire.Values;
using QCluster.Model;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;

namespace QCluster.Tests.Wire;

/// <summary>Packets, outcomes and signers for tests.</summary>
internal static class Samples
{
    public static readonly TaskId Id = new(Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057"), "default");

    public static readonly PacketSigner Unsigned = PacketSigner.Unsigned;

    public static PacketSigner Signer(string name = "default", params string[] secrets) => new(name, secrets.Length == 0 ? ["secret"] : secrets);

    public static PacketFormat Format(PacketSigner? signer = null, WireLimits? limits = null, bool compress = false) =>
        new(signer ?? Unsigned, limits ?? WireLimits.Default, ValueSerializer.Default, compress);

    public static TaskPacket FullPacket() => new()
    {
        Id = Id,
        Attempt = 3,
        Lost = 2,
        Func = "math.copysign",
        Args = Pack.Of<object?[]>([2, -2]),
        Kwargs = Pack.Of(new Dictionary<string, object?> { ["a"] = "b" }),
        Name = "a name",
        Limits = new LimitOptions { Timeout = TimeSpan.FromMilliseconds(1500), MaxLost = 5 },
        Result = new ResultOptions { Ttl = TimeSpan.FromDays(2), Ignore = true, Save = true },
        Expires = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero),
        Group = "group",
        Hook = "hooks.print_result",
        HookOf = "01890a5dac96774bbcceb302099a8058",
        Previous = "01890a5dac96774bbcceb302099a8059",
        Queue = "mail",
        Priority = 7,
        HookArgs = [0x91, 1],
    };

    public static TaskPacket SmallPacket() => new() { Id = Id, Func = "math.copysign", Args = Pack.Of<object?[]>([2, -2]) };

    public static TaskOutcome Success(object? value = null) => new()
    {
        State = TaskState.Succeeded,
        Attempt = 1,
        Started = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddMicroseconds(1),
        Stopped = new DateTimeOffset(2026, 1, 2, 3, 4, 6, TimeSpan.Zero).AddMicroseconds(2),
        Value = Pack.Of(value ?? -2.0),
        Worker = "worker-1",
        Cluster = "default",
    };

    public static TaskOutcome Failure() => new()
    {
        State = TaskState.Failed,
        Attempt = 65535,
        Stopped = DateTimeOffset.UnixEpoch.AddYears(-5),
        Error = new TaskError(FailureReason.Timeout, "System.TimeoutException", "too long", null),
        Worker = "w",
        Cluster = "c",
    };

    public static byte[] Element(TaskPacket packet, PacketSigner? signer = null, bool compress = false) => packet.ToElement(Format(signer, new WireLimits { MaxLength = int.MaxValue }, compress));

    public static byte[] Record(TaskOutcome outcome, PacketSigner? signer = null, bool compress = false) => outcome.ToBytes(Id, Format(signer, compress: compress));

    public static TaskPacket ReadTask(byte[] element, PacketSigner? signer = null, WireLimits? limits = null) =>
        TaskPacket.Read(element, "default", Format(signer, limits));

    public static TaskOutcome ReadOutcome(byte[] record, PacketSigner? signer = null, TaskId? id = null) =>
        TaskOutcome.Read(record, id ?? Id, Format(signer), out _);
}
