using System.Text.Json.Serialization;
using QCluster.Wire.Values;
using QCluster.Wire.Packets;
using QCluster.Execution.Retries;
using QCluster.Execution.Attempts;
using Microsoft.Extensions.Logging;
using QCluster.Client.Settings;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Settings;

namespace QCluster.Hosting.Children;

/// <summary>
/// The settings of a child. They come over the control socket, so that none is in an argument list or an
/// environment; those of a worker have no Redis.
/// </summary>
internal sealed record ChildSettings
{
    public required string Cluster { get; init; }

    /// <summary>The id of this process in Redis; only for workers.</summary>
    public string Incarnation { get; init; } = "";

    public required string Folder { get; init; }

    public string? SlotsPath { get; init; }

    /// <summary>The settings of the cluster that this process may know.</summary>
    public required ClusterOptions Options { get; init; }

    /// <summary>Keeps uncached successes. With a database, which not all processes know, they are always kept.</summary>
    public bool KeepsSuccesses { get; init; } = true;

    /// <summary>The type that sends error mails, by its assembly-qualified name: the monitor has no services.</summary>
    public string? MailSender { get; init; }

    /// <summary>True for a worker that runs isolated tasks only, one at a time.</summary>
    public bool IsIsolated { get; init; }

    /// <summary>The minimum level; the sentinel does not log lower ones either.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    [JsonIgnore]
    public IReadOnlyList<string> Queues => field ??= Options.EffectiveQueues;

    [JsonIgnore]
    public IReadOnlyList<string> Secrets => field ??= [.. Options.Secrets];

    [JsonIgnore]
    public WorkerRoom Room => IsIsolated ? WorkerRoom.Isolated : WorkerRoom.Shared(Options.Concurrency, Options.ReserveNormal, Options.ReserveHigh, Options.ReserveCritical);

    /// <summary>The settings for running attempts.</summary>
    /// <param name="worker">The name of the process in outcomes.</param>
    public ExecutionSettings ToExecution(string worker) => new()
    {
        Worker = worker,
        Cluster = Cluster,
        Timeout = Options.Timeout,
        MaxAge = Options.MaxAge,
        Retries = new RetrySettings(Options.MaxAttempts, Options.RetryBackoff, Options.RetryBackoffMax),
        ResultTtl = Options.ResultTtl,
        SavesSuccesses = KeepsSuccesses,
        HasQueue = true,
    };

    /// <summary>The format of packets with these settings.</summary>
    /// <param name="serializer">Writes and reads values. Null: one without settings of the program.</param>
    public PacketFormat ToPacketFormat(ValueSerializer? serializer = null) => PacketFormat.Of(Options.Name, Secrets, Options.MaxPacketBytes, serializer ?? ValueSerializer.Default, Options.Compress);

    [JsonIgnore]
    public string PusherSocket => Path.Combine(Folder, "pusher.sock");

    [JsonIgnore]
    public string MonitorSocket => Path.Combine(Folder, "monitor.sock");

    /// <summary>A frame carries a batch of packets, or one packet and its frame.</summary>
    [JsonIgnore]
    public int MaxFrame => (int)Math.Min(int.MaxValue / 2, (3L * Options.MaxPacketBytes) + (64L << 20));

    /// <summary>Converts the settings of a cluster to those of a child.</summary>
    public static ChildSettings Of(ClusterOptions options, string cluster, string folder, ChildRole role = ChildRole.Monitor)
    {
        var known = new ClusterOptions();
        foreach (var setting in ClientSettings.All.Concat<ISetting<ClusterOptions>>(ClusterSettings.Own).Where(setting => Reaches(setting.Reach, role)))
            setting.Copy(options, known);
        if (Reaches(SettingReach.NotWorkers, role) && options.ToRedisTls() is { } tls)
            (known.RedisCa, known.RedisCert, known.RedisKey) = (tls.Ca, tls.Certificate, tls.Key);
        return new ChildSettings
        {
            Cluster = cluster,
            Folder = folder,
            Options = known,
            KeepsSuccesses = options.Results is not null || options.SaveLimit >= 0,
            MailSender = options.MailSender?.AssemblyQualifiedName,
        };
    }

    /// <summary>Copies the settings that concern the client of the tasks.</summary>
    public void CopyTo(QClusterOptions options)
    {
        foreach (var setting in ClientSettings.All)
            setting.Copy(Options, options);
    }

    /// <summary>The settings of error mails for the monitor; null if it sends none.</summary>
    public MailSettings? ReadMail() => string.IsNullOrEmpty(Options.Smtp) ? null : MailSettings.Read(Options)! with { Sender = MailSender };

    private static bool Reaches(SettingReach reach, ChildRole role) => reach switch
    {
        SettingReach.NotWorkers => role != ChildRole.Worker,
        SettingReach.Monitor => role == ChildRole.Monitor,
        _ => true,
    };
}
