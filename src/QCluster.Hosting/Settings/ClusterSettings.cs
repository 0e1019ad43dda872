using QCluster.Client.Settings;

namespace QCluster.Hosting.Settings;

/// <summary>The settings of a cluster, from wherever a <see cref="SettingsReader"/> looks.</summary>
internal static class ClusterSettings
{
    public static ClusterOptions ReadCluster(this SettingsReader reader)
    {
        var options = new ClusterOptions();
        reader.ApplyCluster(options);
        reader.Each("app", options.Apps.Add);
        options.Validate();
        return options;
    }

    /// <summary>Sets all but the apps, as far as something is said of it.</summary>
    public static void ApplyCluster(this SettingsReader reader, ClusterOptions options)
    {
        reader.Apply(options);
        reader.Each("queue", options.Queues.Add);
        options.Workers = reader.Number("workers", options.Workers, int.MaxValue);
        options.Concurrency = reader.Number("concurrency", options.Concurrency, int.MaxValue);
        options.ReserveNormal = reader.Number("reserve_normal", options.ReserveNormal, int.MaxValue);
        options.ReserveHigh = reader.Number("reserve_high", options.ReserveHigh, int.MaxValue);
        options.ReserveCritical = reader.Number("reserve_critical", options.ReserveCritical, int.MaxValue);
        options.LowShare = reader.Fraction("low_share", options.LowShare);
        options.ProcessWorkers = reader.Number("process_workers", options.ProcessWorkers, int.MaxValue);
        options.ProcessWarm = reader.Switch("process_warm", options.ProcessWarm);
        options.Recycle = reader.Number("recycle", (int)options.Recycle, int.MaxValue);
        options.MaxRss = reader.Bytes("max_rss", options.MaxRss);
        options.Timeout = OptionalDuration(reader, "timeout", options.Timeout);
        options.MaxAge = OptionalDuration(reader, "max_age", options.MaxAge);
        options.Grace = reader.Duration("grace", options.Grace);
        options.MaxLost = reader.Number("max_lost", options.MaxLost, int.MaxValue);
        options.MaxAttempts = reader.Number("max_attempts", options.MaxAttempts, int.MaxValue);
        options.RetryBackoff = reader.Duration("retry_backoff", options.RetryBackoff);
        options.RetryBackoffMax = reader.Duration("retry_backoff_max", options.RetryBackoffMax);
        options.DeadTtl = reader.Duration("dead_ttl", options.DeadTtl);
        options.Scheduler = reader.Switch("scheduler", options.Scheduler);
        options.CatchUp = ReadCatchUp(reader, options.CatchUp);
        options.Smtp = reader.Text("smtp") ?? options.Smtp;
        reader.Each("error_mail_to", options.ErrorMailTo.Add);
        options.ErrorMailFrom = reader.Text("error_mail_from") ?? options.ErrorMailFrom;
        options.ErrorMailSubject = reader.Text("error_mail_subject") ?? options.ErrorMailSubject;
        options.ErrorMailLimit = reader.Number("error_mail_limit", options.ErrorMailLimit, int.MaxValue);
        options.GuardCycle = reader.Duration("guard_cycle", options.GuardCycle);
        options.HeartbeatTtl = reader.Duration("heartbeat_ttl", options.HeartbeatTtl);
        options.SaveLimit = reader.Number("save_limit", options.SaveLimit, int.MaxValue);
        options.KeepSuccesses = OptionalDuration(reader, "keep_successes", options.KeepSuccesses);
        options.KeepSuccessCount = OptionalCount(reader, "keep_success_count", options.KeepSuccessCount);
        options.KeepFailures = OptionalDuration(reader, "keep_failures", options.KeepFailures);
        options.KeepFailureCount = OptionalCount(reader, "keep_failure_count", options.KeepFailureCount);
        options.WaitForRedis = reader.Switch("wait_for_redis", options.WaitForRedis);
        options.AllowEviction = reader.Switch("allow_eviction", options.AllowEviction);
        options.RunOnce = reader.Switch("run_once", options.RunOnce);
        options.Label = reader.Text("label") ?? options.Label;
    }

    /// <summary>On is the default: what was missed is made up for. Off makes up for nothing.</summary>
    private static CatchUp ReadCatchUp(SettingsReader reader, CatchUp otherwise) => reader.Text("catch_up")?.ToLowerInvariant() switch
    {
        null => otherwise,
        "latest" or "1" or "true" or "on" or "yes" => CatchUp.Latest,
        "all" => CatchUp.All,
        "none" or "0" or "false" or "off" or "no" => CatchUp.None,
        var text => throw new InvalidSettingException("catch_up", text, "write latest (or true), all, or none (or false)"),
    };

    private static TimeSpan? OptionalDuration(SettingsReader reader, string name, TimeSpan? otherwise) => reader.Text(name) switch
    {
        null => otherwise,
        "none" or "" => null,
        _ => reader.Duration(name, default),
    };

    private static long? OptionalCount(SettingsReader reader, string name, long? otherwise) => reader.Text(name) switch
    {
        null => otherwise,
        "none" or "" => null,
        _ => reader.Number(name, 0, int.MaxValue),
    };
}
