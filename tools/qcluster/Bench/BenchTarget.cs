using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using QCluster.Queue;
using QCluster.Queue.Clusters;
using QCluster.Redis;
using QCluster.Tool.Lab;
using StackExchange.Redis;

namespace QCluster.Tool.Bench;

/// <summary>The Redis that is measured, under a cluster name of its own, which nobody else's tasks have.</summary>
internal sealed class BenchTarget : IAsyncDisposable
{
    private readonly RedisConnection _connection;

    public BenchTarget(string redis, string? results, IReadOnlyList<string> clusterArguments)
    {
        Redis = redis;
        Results = results;
        ClusterArguments = clusterArguments;
        _connection = RedisConnection.Create(RedisSettings.Parse(redis), new RedisConnectionOptions { ClientName = "qcluster-bench", CallTimeout = TimeSpan.FromSeconds(30) }, NullLogger.Instance, TimeProvider.System);
    }

    public string Redis { get; }

    /// <summary>The database of the measurement that needs one.</summary>
    public string? Results { get; }

    public IReadOnlyList<string> ClusterArguments { get; }

    public string Name { get; } = "bench-" + Guid.NewGuid().ToString("N")[..8];

    public string Secret { get; } = Guid.NewGuid().ToString("N");

    /// <summary>A client whose results are kept in Redis, unless <paramref name="cached"/> says that the database is to have them.</summary>
    public QClusterClient NewClient(bool cached = true)
    {
        var options = new QClusterOptions { Redis = Redis, Name = Name, Cached = cached, ResultTtl = TimeSpan.FromMinutes(10), CallTimeout = TimeSpan.FromSeconds(60) };
        options.Secrets.Add(Secret);
        return new QClusterClient(options);
    }

    /// <summary>The cluster's side of one queue.</summary>
    public ClusterQueue NewClusterQueue(string queue) => new(_connection, new RedisKeys(Name, queue), 1 << 20);

    /// <summary>A figure of INFO.</summary>
    public async Task<double> InfoAsync(string section, string field)
    {
        var text = (string)(await _connection.ExecuteAsync("INFO", [section], RetryMode.Idempotent))!;
        var line = text.Split('\n').First(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return double.Parse(line.AsSpan(field.Length + 1).Trim(), CultureInfo.InvariantCulture);
    }

    /// <summary>Processor time and commands so far.</summary>
    public async Task<(double Cpu, double Commands)> CostAsync() =>
        (await InfoAsync("cpu", "used_cpu_user") + await InfoAsync("cpu", "used_cpu_sys"), await InfoAsync("stats", "total_commands_processed"));

    /// <summary>Deletes every key of this name.</summary>
    public async Task ClearAsync()
    {
        foreach (var pattern in new[] { RedisKeys.AcrossQueues(Name), RedisKeys.AllOf(Name) })
        {
            var cursor = "0";
            do
            {
                var reply = (RedisResult[])(await _connection.ExecuteAsync("SCAN", [cursor, "MATCH", pattern, "COUNT", "5000"], RetryMode.Idempotent))!;
                cursor = (string)reply[0]!;
                var keys = (byte[][])reply[1]!;
                if (keys.Length > 0)
                    await _connection.ExecuteAsync("UNLINK", [.. keys.Select(k => (object)(RedisKey)k)], RetryMode.Idempotent);
            }
            while (cursor != "0");
        }

        // Redis frees them in the background: until then its memory is no measure of what comes next.
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(10) && await InfoAsync("memory", "lazyfree_pending_objects") > 0;)
            await Task.Delay(10);
    }

    public ClusterStart Start(params string[] arguments) => new(Redis, Name, Secret, Results, [.. ClusterArguments, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        await ClearAsync();
        await _connection.DisposeAsync();
    }
}
