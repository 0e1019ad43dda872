using System.Text.Json.Serialization;
using QCluster.Wire.Values;
using QCluster.Wire.Packets;
using QCluster.Execution.Retries;
using QCluster.Execution.Attempts;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Settings;
using QCluster.Client.Results;
using QCluster.Redis;

namespace QCluster.Hosting.Children;

/// <summary>
/// What a child must know. It comes over the control socket, so that nothing of it stands in an argument list or an
/// environment; a worker's has no Redis.
/// </summary>
internal sealed record ChildSettings
{
    public required string Cluster { get; init; }

    /// <summary>Names this very process in Redis; only for workers.</summary>
    public string Incarnation { get; init; } = "";

    public required string Folder { get; init; }

    public string? SlotsPath { get; init; }

    public required string Name { get; init; }

    public string? Redis { get; init; }

    public RedisTls? RedisTls { get; init; }

    public required IReadOnlyList<string> Secrets { get; init; }

    public required IReadOnlyList<string> Queues { get; init; }

    public required string DefaultQueue { get; init; }

    public int Concurrency { get; init; }

    public int ReserveNormal { get; init; }

    public int ReserveHigh { get; init; }

    public int ReserveCritical { get; init; }

    public double LowShare { get; init; }

    /// <summary>This worker runs nothing but isolated tasks, one at a time.</summary>
    public bool IsIsolated { get; init; }

    [JsonIgnore]
    public WorkerRoom Room => IsIsolated ? WorkerRoom.Isolated : WorkerRoom.Shared(Concurrency, ReserveNormal, ReserveHigh, ReserveCritical);

    public double? TimeoutSeconds { get; init; }

    public double? MaxAgeSeconds { get; init; }

    public double GraceSeconds { get; init; }

    public double ResultTtlSeconds { get; init; }

    public double CallTimeoutSeconds { get; init; }

    public int MaxAttempts { get; init; } = 1;

    public double RetryBackoffSeconds { get; init; }

    public double RetryBackoffMaxSeconds { get; init; }

    public bool Scheduler { get; init; }

    public CatchUp CatchUp { get; init; }

    public string? Label { get; init; }

    /// <summary>Only for the monitor.</summary>
    public MailSettings? Mail { get; init; }

    public bool Compress { get; init; }

    public bool Cached { get; init; }

    public int SaveLimit { get; init; }

    /// <summary>The database of results; only for the monitor.</summary>
    public string? Results { get; init; }

    public Retention? Retention { get; init; }

    public int MaxPacketBytes { get; init; }

    public required IReadOnlyList<string> Apps { get; init; }

    /// <summary>What is less than this is not logged by the sentinel either.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>All that a cluster's settings say to any child.</summary>
    public static ChildSettings Of(ClusterOptions options, string cluster, string folder) => new()
    {
        Cluster = cluster,
        Folder = folder,
        Name = options.Name,
        Redis = options.Redis,
        RedisTls = options.ToRedisTls(),
        Secrets = [.. options.Secrets],
        Queues = options.EffectiveQueues,
        DefaultQueue = options.Queue,
        Concurrency = options.Concurrency,
        ReserveNormal = options.ReserveNormal,
        ReserveHigh = options.ReserveHigh,
        ReserveCritical = options.ReserveCritical,
        LowShare = options.LowShare,
        TimeoutSeconds = options.Timeout?.TotalSeconds,
        MaxAgeSeconds = options.MaxAge?.TotalSeconds,
        GraceSeconds = options.Grace.TotalSeconds,
        ResultTtlSeconds = options.ResultTtl.TotalSeconds,
        CallTimeoutSeconds = options.CallTimeout.TotalSeconds,
        MaxAttempts = options.MaxAttempts,
        RetryBackoffSeconds = options.RetryBackoff.TotalSeconds,
        RetryBackoffMaxSeconds = options.RetryBackoffMax.TotalSeconds,
        Scheduler = options.Scheduler,
        CatchUp = options.CatchUp,
        Label = options.Label,
        Mail = MailSettings.Read(options),
        Compress = options.Compress,
        Cached = options.Cached,
        SaveLimit = options.Results is null ? options.SaveLimit : 0,
        Results = options.Results,
        Retention = new Retention(options.KeepSuccesses, options.KeepSuccessCount, options.KeepFailures, options.KeepFailureCount),
        MaxPacketBytes = options.MaxPacketBytes,
        Apps = [.. options.Apps],
    };

    /// <summary>What of it concerns the client of the tasks.</summary>
    public void CopyTo(QClusterOptions options)
    {
        options.Name = Name;
        options.Queue = DefaultQueue;
        options.ResultTtl = TimeSpan.FromSeconds(ResultTtlSeconds);
        options.CallTimeout = TimeSpan.FromSeconds(CallTimeoutSeconds);
        options.Compress = Compress;
        options.Cached = Cached;
        options.MaxPacketBytes = MaxPacketBytes;
        foreach (var secret in Secrets)
            options.Secrets.Add(secret);
    }

    /// <summary>How attempts run with these settings.</summary>
    /// <param name="worker">The process, as outcomes name it.</param>
    public ExecutionSettings ToExecution(string worker) => new()
    {
        Worker = worker,
        Cluster = Cluster,
        Timeout = TimeoutSeconds is { } timeout ? TimeSpan.FromSeconds(timeout) : null,
        MaxAge = MaxAgeSeconds is { } age ? TimeSpan.FromSeconds(age) : null,
        Retries = new RetrySettings(MaxAttempts, TimeSpan.FromSeconds(RetryBackoffSeconds), TimeSpan.FromSeconds(RetryBackoffMaxSeconds)),
        ResultTtl = TimeSpan.FromSeconds(ResultTtlSeconds),
        SavesSuccesses = SaveLimit >= 0,
        HasQueue = true,
    };

    /// <summary>How packets are written and read with these settings.</summary>
    /// <param name="serializer">Writes and reads values; null = as without settings of the program's own.</param>
    public PacketFormat ToPacketFormat(ValueSerializer? serializer = null) => PacketFormat.Of(Name, Secrets, MaxPacketBytes, serializer ?? ValueSerializer.Default, Compress);

    [JsonIgnore]
    public string PusherSocket => Path.Combine(Folder, "pusher.sock");

    [JsonIgnore]
    public string MonitorSocket => Path.Combine(Folder, "monitor.sock");

    /// <summary>A frame carries a batch of packets, or one packet and its frame.</summary>
    [JsonIgnore]
    public int MaxFrame => (int)Math.Min(int.MaxValue / 2, (3L * MaxPacketBytes) + (64L << 20));
}
