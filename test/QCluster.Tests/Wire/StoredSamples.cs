using System.Numerics;
using System.Text.Json;
using QCluster.Client.Chains;
using QCluster.Client.Schedules;
using QCluster.Model;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;
using QCluster.Wire.Values;
using QCluster.Client.Enqueueing;

namespace QCluster.Tests.Wire;

/// <summary>One of every kind of bytes that stand in Redis. Stored.txt holds what the hand-written codec, which came first, made of them.</summary>
internal static class StoredSamples
{
    public const string Secret = "a secret of some length";

    public static readonly TaskId Other = new(Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8058"), "default");
    public static readonly PacketSigner Signed = new("default", [Secret]);

    private static readonly QClusterOptions Settings = new();
    private static readonly string Long = string.Concat(Enumerable.Range(0, 300).Select(static i => $"line {i % 9};"));

    public static readonly (string Name, object? Value, Type Type)[] Values =
    [
        .. new object?[]
        {
            null, true, false, 0, 127, 128, -1, -32, -33, (byte)255, (sbyte)-128, (short)-30000, (ushort)65535, int.MinValue, uint.MaxValue, long.MinValue, long.MaxValue, ulong.MaxValue,
            1.5f, 0.1, -0.0, double.NaN, float.NegativeInfinity, "", "text", "ž€😀", new string('a', 31), new string('a', 32), new string('a', 300), 'ž',
            12.50m, decimal.MaxValue, 1.0m, -0.00m, 2.5m, BigInteger.Pow(7, 300), BigInteger.MinusOne, Guid.Parse("0123456789abcdef0123456789abcdef"), TimeSpan.MinValue, TimeSpan.FromTicks(1),
            DateTime.UnixEpoch.AddTicks(1), new DateTime(2026, 3, 1, 12, 30, 0, DateTimeKind.Unspecified), new DateTimeOffset(2026, 3, 1, 12, 30, 0, TimeSpan.FromHours(-3.5)),
            DateOnly.MaxValue, TimeOnly.MaxValue, new Uri("https://example.org/a?b=č"), Colour.Blue, Size.Large, Huge.Most, Int128.MaxValue, UInt128.MaxValue, (Half)1.5, new Version(1, 2, 3),
            new[] { 1, -2, 300 }, new[] { "a", null, "" }, new List<long> { long.MaxValue }, new byte[] { 0, 1, 255 }, new[] { new byte[] { 1 }, [] }, new int?[] { 1, null },
            new Dictionary<string, int> { ["a"] = 1 }, new Dictionary<int, string> { [5] = "five" }, new List<Dictionary<string, List<int>>> { new() { ["x"] = [1, 2] } }, (1, "two", 3.5), Tuple.Create(1, "b"),
            new object?[] { 1, "two", null, new object?[] { 2.5 }, new Dictionary<string, object?> { ["k"] = -1 } }, Enumerable.Range(0, 16).ToArray(), new Dictionary<string, object?>(),
            new Order(7, "Žofie", 12.50m, new DateTimeOffset(2026, 3, 1, 12, 30, 0, TimeSpan.FromHours(5.5)), [new("tea", 2, 1.10m), new("cup", 1, null)]) { Note = "quote \" \u0001 end" },
            new Circle(2.5), JsonDocument.Parse("""{"a":[1,2.5,"x",null,true,1e400],"b":1.0,"c":-0,"e":""}""").RootElement.Clone(),
        }.Select(static (value, i) => ($"value {i}", value, value?.GetType() ?? typeof(object))),
    ];

    public static IEnumerable<(string Name, byte[] Bytes)> All()
    {
        foreach (var (name, value, type) in Values)
            yield return (name, Pack.Object(value, type));
        foreach (var (how, signer) in new[] { ("plain", Samples.Unsigned), ("signed", Signed) })
        {
            yield return ($"{how} task", Samples.Element(Samples.SmallPacket(), signer));
            yield return ($"{how} task with all options", Samples.Element(EveryOption(), signer));
            yield return ($"{how} task, compressed", Samples.Element(Large(), signer, compress: true));
            yield return ($"{how} success", Samples.Record(Samples.Success(), signer));
            yield return ($"{how} failure", Samples.Record(Samples.Failure(), signer));
            yield return ($"{how} cancelled", Samples.Record(Cancelled(), signer));
            yield return ($"{how} success, compressed", Samples.Record(Samples.Success(Long), signer, compress: true));
            yield return ($"{how} record", [.. Samples.Record(Samples.Success(), signer), .. Samples.Element(Samples.FullPacket(), signer)]);
            foreach (var (name, bytes) in Composed(new TaskComposer(Settings, Samples.Format(signer, new WireLimits { MaxLength = Settings.MaxPacketBytes }, Settings.Compress)), Samples.Format(signer)))
                yield return ($"{how} {name}", bytes);
        }
    }

    public static TaskPacket Large() => new() { Id = Samples.Id, Func = "f", Args = Pack.Of<object?[]>([Long]) };

    public static TaskPacket EveryOption()
    {
        var packet = Samples.FullPacket();
        packet.Callback = "callback";
        packet.ValueOf = Samples.Id.ToString();
        packet.Isolated = true;
        packet.Retry = new RetryOptions
        {
            MaxAttempts = 0,
            MaxRetries = int.MaxValue,
            Backoff = TimeSpan.FromMilliseconds(1),
            BackoffMax = TimeSpan.FromDays(365),
            NoJitter = true,
            On = "System.IO.IOException",
            Never = "A;B",
        };
        packet.Limits = packet.Limits with { TimeLimit = TimeSpan.FromMinutes(1), Rate = "100/s", RateKey = "rate", Concurrency = 3, ConcurrencyKey = "key" };
        packet.Result = packet.Result with { NoErrorMail = true };
        packet.Slot = DateTimeOffset.UnixEpoch.AddMilliseconds(1_800_000_000_123);
        packet.Schedule = "nightly";
        packet.CallbackOf = "group";
        packet.TraceParent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        packet.TraceState = "a=b";
        return packet;
    }

    private static TaskOutcome Cancelled() => new()
    {
        State = TaskState.Cancelled,
        Attempt = 2,
        Started = DateTimeOffset.UnixEpoch,
        Stopped = DateTimeOffset.MaxValue,
        Error = new TaskError(FailureReason.Cancelled, null, "half \ud800 of a pair", "at A\n at B"),
        NoErrorMail = true,
        Worker = "w",
        Cluster = "c",
    };

    private static IEnumerable<(string Name, byte[] Bytes)> Composed(TaskComposer composer, PacketFormat format)
    {
        var call = new TaskCall("f", 1, Chain.Previous, "x") { Kwargs = new Dictionary<string, object?> { ["by"] = 2.5m, ["to"] = new[] { "a", "b" } } };
        var options = new TaskOptions
        {
            TaskName = "a name", Hook = "hooks.print_result", HookArgs = [1, "two"], Callback = "callback", Group = "group", UniqueKey = "key", UniqueWindow = TimeSpan.FromSeconds(1.5), Priority = 9,
            RateLimit = RateLimit.Parse("10/m"), ConcurrencyKey = "c", ConcurrencyLimit = 2, MaxAttempts = 3, RetryOn = [typeof(IOException)], Cached = TimeSpan.FromHours(1),
        };
        yield return ("task with follow-ups", composer.Compose(Samples.Id, new TaskCall("f", 1), options, [1, 2, 3]));
        yield return ("chain's step", composer.ComposeStep(Samples.Id, call, options, new ChainPlace(Other with { Queue = "mail" }, 7, "chain", Other)));
        yield return ("hook", composer.ComposeHook(Samples.Id.ForHook(), "hooks.print_result", composer.HookArguments("h", [1, null]), Samples.Id, null));
        yield return ("chain's hook", composer.ComposeHook(Samples.Id.ForHook(), "hooks.print_result", null, null, "chain"));
        yield return ("group's callback", composer.ComposeCallback(Samples.Id, new TaskCall("f"), new TaskOptions(), "group"));
        var pattern = composer.ComposePattern(Samples.Id, new TaskCall("f", "nightly"), new TaskOptions { MaxAttempts = 3 }, "nightly");
        yield return ("schedule", Schedule(pattern).ToBytes("default", format));
        var outcome = Samples.Success("value").ToBytes(Samples.Id, format);
        yield return ("step with its attachment", TaskElement.Attached(Samples.Element(new TaskPacket { Id = Other, Func = "f", Args = PreviousValue.Alone, Previous = Samples.Id.ToString() }, format.Signer), outcome));
    }

    public static ScheduleDefinition Schedule(byte[] pattern) => new()
    {
        Name = "nightly", When = Recurrence.Cron("0 3 * * *"), TimeZone = "Europe/Prague", Start = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123), Repeats = 7, CatchUp = CatchUp.Latest,
        Overlap = Overlap.Skip, IsPeriodicTask = true, Pattern = pattern,
    };
}
