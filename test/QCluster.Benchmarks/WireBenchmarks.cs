using BenchmarkDotNet.Attributes;
using QCluster.Model;
using QCluster.Wire.Packets;
using QCluster.Wire.Values;
using QCluster.Client.Enqueueing;

namespace QCluster.Benchmarks;

/// <summary>What a task costs before it is sent, when it is read, and when its outcome is written, with and without signing.</summary>
[InProcess]
[MemoryDiagnoser]
public class WireBenchmarks
{
    private static readonly TaskCall Call = new("math.copysign", 2, -2);
    private static readonly TaskOptions Options = new();

    private PacketFormat _format = null!;
    private TaskComposer _composer = null!;
    private TaskId _id;
    private byte[] _element = [];
    private TaskOutcome _outcome = null!;

    [Params(false, true)]
    public bool Signed { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        _format = PacketFormat.Of("bench", Signed ? ["a secret that is long enough"] : [], 1 << 20, ValueSerializer.Default, compress: false);
        _composer = new TaskComposer(new QClusterOptions(), _format);
        _id = TaskId.New(TaskId.DefaultQueue, TimeProvider.System);
        _element = _composer.Compose(_id, Call, Options);
        _outcome = new TaskOutcome { State = TaskState.Succeeded, Attempt = 1, Started = DateTimeOffset.UtcNow, Stopped = DateTimeOffset.UtcNow, Value = new byte[] { 0xcb, 192, 0, 0, 0, 0, 0, 0, 0 }, Worker = "cluster.1.1", Cluster = "cluster" };
    }

    [Benchmark]
    public byte[] Compose() => _composer.Compose(_id, Call, Options);

    [Benchmark]
    public object Read() => TaskPacket.Read(_element, TaskId.DefaultQueue, _format);

    [Benchmark]
    public byte[] WriteOutcome() => _outcome.ToBytes(_id, _format);
}
