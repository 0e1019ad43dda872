using QCluster.Client.Settings;
using QCluster.Model;
using Row = QCluster.Client.Settings.SettingRows<QCluster.Hosting.ClusterOptions>;

namespace QCluster.Hosting.Settings;

/// <summary>The table of the settings that only clusters have.</summary>
internal static class ClusterSettings
{
    private const int MaxQueues = 200;
    private const string ProcessorCount = "the number of processors";
    private const string Everything = "all";
    private const string Nothing = "none";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);
    private static readonly TimeSpan TenYears = TimeSpan.FromDays(3650);
    private static readonly TimeSpan Century = TimeSpan.FromDays(36500);

    private static readonly SettingKind<CatchUp> CatchUpKind = SettingKinds.Alike(ReadCatchUp, static value => value.ToString().ToLowerInvariant());

    /// <summary>A program that hosts its cluster has no apps, so their settings do not apply.</summary>
    private static readonly ISetting<ClusterOptions> App = Row.Texts("app", o => o.Apps, null,
        "An assembly (.dll) with task functions. The workers load each with its own dependencies.");

    public static IReadOnlyList<ISetting<ClusterOptions>> Own { get; } =
    [
        Row.Texts("queue", o => o.Queues, CheckQueues,
            "A queue to serve.",
            "default", shown: o => string.Join(", ", o.EffectiveQueues)),
        App,
        Row.Value("workers", SettingKinds.Number, o => o.Workers, (o, v) => o.Workers = v, 1, 1024,
            "Worker processes.",
            ProcessorCount),
        Row.Value("cpu_affinity", SettingKinds.Optional(SettingKinds.Number), o => o.CpuAffinity, (o, v) => o.CpuAffinity = v, CheckAffinity,
            "Pin each worker to this many processors, which the workers take in turn.",
            "none"),
        Row.Value("concurrency", SettingKinds.Number, o => o.Concurrency, (o, v) => o.Concurrency = v, 1, 10_000,
            "How many tasks a worker process runs at a time."),
        Row.Value("reserve_normal", SettingKinds.Number, o => o.ReserveNormal, (o, v) => o.ReserveNormal = v, 0, 10_000,
            "How many more slots a worker has for tasks of normal priority and above."),
        Row.Value("reserve_high", SettingKinds.Number, o => o.ReserveHigh, (o, v) => o.ReserveHigh = v, 0, 10_000,
            "How many more slots, beyond those, it has for tasks of high priority and above."),
        Row.Value("reserve_critical", SettingKinds.Number, o => o.ReserveCritical, (o, v) => o.ReserveCritical = v, 0, 10_000,
            "How many more slots, beyond those, it has for tasks of critical priority."),
        Row.Value("low_share", SettingKinds.Fraction, o => o.LowShare, (o, v) => o.LowShare = v, CheckLowShare,
            "The share of tasks of low priority among those that start while higher ones wait too, 0 to 0.5."),
        Row.Value("process_workers", SettingKinds.Number, o => o.ProcessWorkers, (o, v) => o.ProcessWorkers = v, 1, 1024,
            "Worker processes for tasks that get one to themselves, started when the first such task comes.",
            ProcessorCount),
        Row.Switch("process_warm", o => o.ProcessWarm, (o, v) => o.ProcessWarm = v,
            "Start those processes with the cluster."),
        Row.Value("recycle", SettingKinds.Unlimited(SettingKinds.LongNumber), o => o.Recycle, (o, v) => o.Recycle = v, 0, long.MaxValue,
            "Replace a worker after this many tasks; none: never."),
        Row.Value("max_rss", SettingKinds.Unlimited(SettingKinds.Bytes), o => o.MaxRss, (o, v) => o.MaxRss = v, 0, long.MaxValue,
            "Replace a worker that uses more bytes of memory than this (500M, 2G); none: no limit."),
        Row.Optional("timeout", SettingKinds.Duration, o => o.Timeout, (o, v) => o.Timeout = v, TimeSpan.FromMilliseconds(1), Year,
            "How long a task may run, unless its call says otherwise."),
        Row.Optional("max_age", SettingKinds.Duration, o => o.MaxAge, (o, v) => o.MaxAge = v, Second, TenYears,
            "Refuse tasks that were enqueued longer ago than this."),
        Row.Value("grace", SettingKinds.Duration, o => o.Grace, (o, v) => o.Grace = v, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1),
            "How long a task that was asked to stop may continue before its process is killed; also how long a stopping cluster takes at most."),
        Row.Value("max_lost", SettingKinds.Number, o => o.MaxLost, (o, v) => o.MaxLost = v, 1, 200,
            "How often a task may lose its worker before it is dead-lettered."),
        Row.Value("heartbeat_ttl", SettingKinds.Duration, o => o.HeartbeatTtl, (o, v) => o.HeartbeatTtl = v, TimeSpan.FromSeconds(2), TimeSpan.FromHours(1),
            "After how long without a heartbeat other clusters take the tasks of this one."),
        Row.Value("guard_cycle", SettingKinds.Duration, o => o.GuardCycle, (o, v) => o.GuardCycle = v, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1),
            "How often the sentinel checks its processes: the precision of deadlines."),
        Row.Switch("wait_for_redis", o => o.WaitForRedis, (o, v) => o.WaitForRedis = v,
            "Wait at the start for a Redis that is unavailable; off: fail after call_timeout."),
        Row.Switch("allow_eviction", o => o.AllowEviction, (o, v) => o.AllowEviction = v,
            "Start on a Redis whose maxmemory-policy evicts keys, although tasks or results may be lost."),
        Row.Switch("run_once", o => o.RunOnce, (o, v) => o.RunOnce = v,
            "Stop once the queues are empty and all tasks are done."),
        Row.Value("max_attempts", SettingKinds.Unlimited(SettingKinds.Number), o => o.MaxAttempts, (o, v) => o.MaxAttempts = v, 0, ushort.MaxValue,
            "How often a task may fail before it has failed for good, unless its call or function says otherwise; none: no limit."),
        Row.Value("retry_backoff", SettingKinds.Duration, o => o.RetryBackoff, (o, v) => o.RetryBackoff = v, TimeSpan.Zero, Year,
            "The upper bound of the retry delay after a task's first failure; it doubles with each further one, and the delay is random below it."),
        Row.Value("retry_backoff_max", SettingKinds.Duration, o => o.RetryBackoffMax, (o, v) => o.RetryBackoffMax = v, TimeSpan.Zero, Year,
            "The upper bound of every retry delay."),
        Row.Value("dead_ttl", SettingKinds.Duration, o => o.DeadTtl, (o, v) => o.DeadTtl = v, Second, TenYears,
            "How long the record of a dead-lettered task is kept at least."),
        Row.Optional("queue_limit", SettingKinds.Number, o => o.QueueLimit, (o, v) => o.QueueLimit = v, 1, int.MaxValue,
            "How many tasks may wait in each queue, delayed ones included; calls of clients beyond that are refused."),
        Row.Switch("scheduler", o => o.Scheduler, (o, v) => o.Scheduler = v,
            "Fire schedules."),
        Row.Value("catch_up", CatchUpKind, o => o.CatchUp, (o, v) => o.CatchUp = v, CheckCatchUp,
            "Which occurrences that were missed while no cluster ran are fired, unless the schedule says otherwise: latest (or true), all, none (or false)."),
        Row.Value("save_limit", SettingKinds.Named(SettingKinds.Number, (Everything, 0), (Nothing, -1)), o => o.SaveLimit, (o, v) => o.SaveLimit = v, -1, 1_000_000,
            "Without a database: how many uncached successes Redis keeps, and as many failures, for each queue; all: every one for result_ttl; none: no successes."),
        Row.Optional("keep_successes", SettingKinds.Duration, o => o.KeepSuccesses, (o, v) => o.KeepSuccesses = v, Second, Century,
            "How long the database keeps successes."),
        Row.Optional("keep_success_count", SettingKinds.LongNumber, o => o.KeepSuccessCount, (o, v) => o.KeepSuccessCount = v, 0, long.MaxValue,
            "How many successes the database keeps.",
            Everything),
        Row.Optional("keep_failures", SettingKinds.Duration, o => o.KeepFailures, (o, v) => o.KeepFailures = v, Second, Century,
            "How long the database keeps failures and cancelled tasks."),
        Row.Optional("keep_failure_count", SettingKinds.LongNumber, o => o.KeepFailureCount, (o, v) => o.KeepFailureCount = v, 0, long.MaxValue,
            "How many failures and cancelled tasks the database keeps.",
            Everything),
        Row.Text("smtp", o => o.Smtp, (o, v) => o.Smtp = v, null,
            "The server for error mails: smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host. Better given as a variable than on a command line.",
            reach: SettingReach.Monitor, shown: ShownText.WithoutPassword),
        Row.Texts("error_mail_to", o => o.ErrorMailTo, static o => MailSettings.Read(o),
            "A recipient of error mails. Needed with smtp."),
        Row.Text("error_mail_from", o => o.ErrorMailFrom, (o, v) => o.ErrorMailFrom = v, null,
            "The sender of error mails.",
            "qcluster@ and the name of the machine"),
        Row.Text("error_mail_subject", o => o.ErrorMailSubject, (o, v) => o.ErrorMailSubject = v!, null,
            "The subject of error mails, with {name}, {func}, {id}, {queue}, {host}, {label} and {error}."),
        Row.Value("error_mail_limit", SettingKinds.Number, o => o.ErrorMailLimit, (o, v) => o.ErrorMailLimit = v, 1, 10_000,
            "How many error mails are sent in a minute for each queue; the last of them sums up the rest."),
        Row.Text("label", o => o.Label, (o, v) => o.Label = v, null,
            "A text shown with the cluster."),
        new ProgramSetting("log_level")
        {
            Description = "The lowest level that qcluster start logs: trace, debug, info, warn, error, critical or none.",
            Default = "info",
        },
        new ProgramSetting("log_format")
        {
            Description = "The form of the log on stderr: text, or json for one object a line.",
            Default = "text",
        },
    ];

    /// <summary>All settings of a cluster; its own replace a client's with the same name.</summary>
    public static IReadOnlyList<ISetting<ClusterOptions>> All { get; } =
        [.. ClientSettings.All.Where(static c => !Own.Any(o => o.Name == c.Name)), .. Own];

    public static ClusterOptions ReadCluster(this SettingsReader reader)
    {
        var options = new ClusterOptions();
        reader.ApplyCluster(options);
        App.Read(reader, options);
        options.Validate();
        return options;
    }

    /// <summary>Sets all given settings except the apps.</summary>
    public static void ApplyCluster(this SettingsReader reader, ClusterOptions options)
    {
        reader.Apply(options);
        reader.Apply(Own.Where(static row => row != App), options);
    }

    private static void CheckQueues(ClusterOptions options)
    {
        foreach (var queue in options.Queues)
            NameRule.Check("queue", queue);
        if (options.EffectiveQueues.Count > MaxQueues)
            throw new InvalidSettingException("queue", options.EffectiveQueues.Count, $"name at most {MaxQueues} queues for one cluster");
    }

    private static void CheckAffinity(string name, int? value)
    {
        if (value is not { } count)
            return;
        if (!Processors.CanPin)
            throw new InvalidSettingException(name, count, "leave it out: processes can be pinned to processors on Linux and Windows only");
        if (count < 1 || count > Processors.Allowed.Count)
            throw new InvalidSettingException(name, count, $"write a value from 1 to {Processors.Allowed.Count}, the number of processors that this program may use, or leave it out");
    }

    private static void CheckLowShare(string name, double value)
    {
        if (value is not (>= 0 and <= 0.5))
            throw new InvalidSettingException(name, value, "give a part from 0 to 0.5");
    }

    /// <summary>On is the default: missed occurrences are caught up. Off: they are not.</summary>
    private static CatchUp ReadCatchUp(string name, string text) => text.ToLowerInvariant() switch
    {
        "latest" or "1" or "true" or "on" or "yes" => CatchUp.Latest,
        "all" => CatchUp.All,
        "none" or "0" or "false" or "off" or "no" => CatchUp.None,
        var other => throw new InvalidSettingException(name, other, "write latest (or true), all, or none (or false)"),
    };

    private static void CheckCatchUp(string name, CatchUp value)
    {
        if (!Enum.IsDefined(value))
            throw new InvalidSettingException(name, value, "give latest, all or none");
    }
}
