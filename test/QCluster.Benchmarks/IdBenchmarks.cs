using BenchmarkDotNet.Attributes;
using QCluster.Model;
using QCluster.Queue;

namespace QCluster.Benchmarks;

/// <summary>Ids and the keys that are made of them.</summary>
[InProcess]
[MemoryDiagnoser]
public class IdBenchmarks
{
    private readonly RedisKeys _keys = new("bench", TaskId.DefaultQueue);
    private readonly TaskId _id = TaskId.New(TaskId.DefaultQueue, TimeProvider.System);
    private readonly string _text = TaskId.New(TaskId.DefaultQueue, TimeProvider.System).ToString();

    [Benchmark]
    public object New() => TaskId.New(TaskId.DefaultQueue, TimeProvider.System);

    [Benchmark]
    public string Text() => _id.ToString();

    [Benchmark]
    public bool Parse() => TaskId.TryParse(_text, out _);

    [Benchmark]
    public object RecordKey() => _keys.Record(_id.ToBytes());
}
