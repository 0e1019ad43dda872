using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using QCluster.Hosting;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Children;
using QCluster.Hosting.Worker;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Wire.Packets;
using QCluster.Wire.Values;
using QCluster.Client.Enqueueing;

namespace QCluster.Benchmarks;

/// <summary>A worker's whole way from the element to the signed outcome, without sockets.</summary>
[InProcess]
[MemoryDiagnoser]
public class DispatchBenchmarks
{
    private const string Secret = "a secret that is long enough";

    private string _folder = "";
    private SlotTable _slots = null!;
    private TaskRunner _runner = null!;
    private HeldTask _synchronous = null!;
    private HeldTask _asynchronous = null!;

    [GlobalSetup]
    public void SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("qcluster-benchmark-").FullName;
        _slots = SlotTable.Create(Path.Combine(_folder, "slots"), 1);
        var functions = new FunctionRegistry();
        functions.Add("math.copysign", (double value, double sign) => Math.CopySign(value, sign));
        functions.Add("math.later", (double value, double sign) => Task.FromResult(Math.CopySign(value, sign)));
        var services = new ServiceCollection().BuildServiceProvider();
        functions.Freeze(services, ValueSerializer.Default);
        var settings = new ChildSettings
        {
            Cluster = "cluster",
            Incarnation = "cluster.1.1",
            Folder = _folder,
            Options = new ClusterOptions { Name = "bench", Secrets = { Secret }, Concurrency = 1, ResultTtl = TimeSpan.FromMinutes(10), Cached = true, MaxPacketBytes = 1 << 20 },
        };
        _runner = new TaskRunner(settings, functions, _slots, static _ => { }, TimeProvider.System);
        var composer = new TaskComposer(new QClusterOptions(), settings.ToPacketFormat());
        _synchronous = Held(composer, "math.copysign");
        _asynchronous = Held(composer, "math.later");
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _slots.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Benchmark(Baseline = true)]
    public object Synchronous() => Run(_synchronous);

    [Benchmark]
    public object Asynchronous() => Run(_asynchronous);

    private object Run(HeldTask task)
    {
        var pending = _runner.RunAsync(task);
        var result = pending.IsCompletedSuccessfully ? pending.Result : pending.AsTask().GetAwaiter().GetResult();
        _slots.End(0);
        return result.Kind == AckKind.Succeeded ? new TaskReport(result.Kind, result.ToAcknowledgement(), result.KeepMilliseconds) : throw new InvalidOperationException("The task did not succeed.");
    }

    private static HeldTask Held(TaskComposer composer, string func)
    {
        var id = TaskId.New(TaskId.DefaultQueue, TimeProvider.System);
        var element = composer.Compose(id, new TaskCall(func, 2, -2), new TaskOptions());
        return new HeldTask(new AttemptRef(0, AttemptKey.FromBytes(TaskElement.FieldOf(element))), element, PriorityClass.Normal, 0) { Slot = 0 };
    }
}
