using QCluster.Client.Settings;
using QCluster.Hosting.Settings;

namespace QCluster.Hosting;

/// <summary>The settings of a cluster.</summary>
public sealed class ClusterOptions : QClusterOptions
{
    /// <summary>The queues whose tasks this cluster runs.</summary>
    /// <value>Default none: the one queue <see cref="QClusterOptions.Queue"/>.</value>
    public IList<string> Queues { get; } = [];

    /// <summary>The number of worker processes.</summary>
    /// <value>Default the number of processors.</value>
    public int Workers { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Gets or sets the number of processors to which each worker process is pinned. Workers take the allowed processors of the cluster in turn; a replacement has those of the worker that it
    /// replaces, and so have programs that its tasks start.
    /// </summary>
    /// <value>Default null: the system moves workers between all processors. Works on Linux and Windows.</value>
    public int? CpuAffinity { get; set; }

    /// <summary>The number of slots of one worker process: tasks it runs at a time.</summary>
    /// <value>Default 8. Use more for tasks that wait for networks or disks. A crash affects all tasks in the same process; they run again.</value>
    public int Concurrency { get; set; } = 8;

    /// <summary>Extra slots of each worker process that only tasks of normal priority or above may use.</summary>
    /// <value>Default 0. The same as atasker's <c>reserve_normal</c>.</value>
    public int ReserveNormal { get; set; }

    /// <summary>Extra slots, beyond <see cref="ReserveNormal"/>, that only tasks of high priority or above may use.</summary>
    /// <value>Default 0. The same as atasker's <c>reserve_high</c>.</value>
    public int ReserveHigh { get; set; }

    /// <summary>Extra slots, beyond <see cref="ReserveHigh"/>, that only critical tasks may use: they start at once even if all other slots are taken.</summary>
    /// <value>Default 64.</value>
    public int ReserveCritical { get; set; } = 64;

    /// <summary>The minimum share of claims reserved for low-priority tasks under contention, so that they do not starve: 0 to 0.5.</summary>
    /// <value>Default 0: a low-priority task starts when no other task waits.</value>
    public double LowShare { get; set; }

    /// <summary>The number of worker processes for isolated tasks (<see cref="TaskOptions.Isolated"/>, and the last attempt of a task that has lost workers), and so the maximum number of such tasks that run at a time.</summary>
    /// <value>Default the number of processors. They are started for the first such task, and kept.</value>
    public int ProcessWorkers { get; set; } = Environment.ProcessorCount;

    /// <summary>Starts the processes for isolated tasks with the cluster, so that the first such task does not wait.</summary>
    /// <value>Default off.</value>
    public bool ProcessWarm { get; set; }

    /// <summary>The number of tasks after which a worker process is replaced, against slow leaks; 0 = never.</summary>
    /// <value>Default 10,000. The new process is started first.</value>
    public long Recycle { get; set; } = 10_000;

    /// <summary>The maximum resident memory of a worker process, in bytes; 0 = no limit. A larger worker is replaced when its tasks have finished; a worker of an isolated task is killed, and the task counts as having lost it.</summary>
    /// <value>Default 0.</value>
    public long MaxRss { get; set; }

    /// <summary>The time-out of a task, after which its token is cancelled, unless its call gives one; null = no limit.</summary>
    /// <value>Default null.</value>
    public TimeSpan? Timeout { get; set; }

    /// <summary>The grace period: the time between cancelling a task's token (time-out, cancel) and killing its process, and the time a stopping cluster gives its tasks.</summary>
    /// <value>Default 5 s.</value>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The maximum age of a task at its start, counted from its call; older ones are refused. Limits how long a recorded packet can be replayed.</summary>
    /// <value>Default null: no limit. Must be longer than the longest delay in use, or delayed tasks are refused.</value>
    public TimeSpan? MaxAge { get; set; }

    /// <summary>The number of lost workers after which a task is dead-lettered.</summary>
    /// <value>Default 3. The last attempt runs in a worker process of its own, so that no task is dead-lettered because of another.</value>
    public int MaxLost { get; set; } = 3;

    /// <summary>The maximum number of attempts of a task, unless its call or function gives one; 0 = no limit.</summary>
    /// <value>Default 1: no retry.</value>
    public int MaxAttempts { get; set; } = 1;

    /// <summary>The upper bound of the retry delay after a task's first failure. It doubles with each further failure; the delay is random up to it.</summary>
    /// <value>Default 1 s.</value>
    public TimeSpan RetryBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The upper bound of all retry delays.</summary>
    /// <value>Default 10 minutes.</value>
    public TimeSpan RetryBackoffMax { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The minimum time for which the record of a dead-lettered task is kept, while it is among the last 10,000.</summary>
    /// <value>Default 30 days.</value>
    public TimeSpan DeadTtl { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Gets or sets the maximum number of waiting tasks in each queue of this cluster, delayed ones included. Calls of clients beyond it fail with <see cref="QueueFullException"/>; follow-ups
    /// of accepted tasks (retries, hooks, steps of chains, occurrences of schedules) are never refused.
    /// </summary>
    /// <value>Default null: no limit. The cluster that joined last decides, for all clients.</value>
    public int? QueueLimit { get; set; }

    /// <summary>Fires schedules in this cluster.</summary>
    /// <value>Default on.</value>
    public bool Scheduler { get; set; } = true;

    /// <summary>The missed occurrences of a schedule to fire after no cluster ran, unless the schedule sets its own.</summary>
    /// <value>Default <see cref="CatchUp.Latest"/>: after an hour without a cluster a schedule of each second runs once, not 3,600 times.</value>
    public CatchUp CatchUp { get; set; } = CatchUp.Latest;

    /// <summary>
    /// The mail server for error mails, about tasks that failed without an attempt left: <c>smtp://user:password@host:587</c>, or <c>smtps://user:password@host</c> for TLS from the first byte.
    /// User and password are percent-decoded. <c>?starttls=required</c>, <c>when-available</c> or <c>never</c> can follow <c>smtp://</c>.
    /// </summary>
    /// <value>
    /// Default null: no mails are sent. The default port is 25, for <c>smtps://</c> 465. Without <c>?starttls=</c> the server must offer STARTTLS if there is a password and the
    /// server is not on this machine; otherwise STARTTLS is used when it is available.
    /// </value>
    /// <remarks>The package QCluster.Mail sends them: a program that hosts a cluster calls <c>AddQClusterMail</c> on its services, or does not start.</remarks>
    public string? Smtp { get; set; }

    /// <summary>The recipients of error mails.</summary>
    /// <value>Default none; needed with <see cref="Smtp"/>.</value>
    public IList<string> ErrorMailTo { get; } = [];

    /// <summary>The sender of error mails.</summary>
    /// <value>Default <c>qcluster@</c> and the name of the machine.</value>
    public string? ErrorMailFrom { get; set; }

    /// <summary>The subject of error mails. <c>{name}</c>, <c>{func}</c>, <c>{id}</c>, <c>{queue}</c>, <c>{host}</c>, <c>{label}</c> and <c>{error}</c> are replaced by values of cluster and task.</summary>
    /// <value>Default <c>[{name}@{host}] Error: Task {func} ({id}): {error}</c>, as Celery's.</value>
    public string ErrorMailSubject { get; set; } = "[{name}@{host}] Error: Task {func} ({id}): {error}";

    /// <summary>The maximum number of error mails per minute and queue; the last of them summarises the rest.</summary>
    /// <value>Default 10.</value>
    public int ErrorMailLimit { get; set; } = 10;

    /// <summary>The interval at which the sentinel checks its processes.</summary>
    /// <value>Default 0.5 s. Deadlines are enforced with this precision; the death of a process is always noticed at once.</value>
    public TimeSpan GuardCycle { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The time without a heartbeat after which the cluster counts as dead, and other clusters reclaim its tasks.</summary>
    /// <value>Default 10 s.</value>
    public TimeSpan HeartbeatTtl { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Without a database: the number of uncached successes that Redis keeps, and the same number of failures; 0 = all, for <see cref="QClusterOptions.ResultTtl"/>; negative = no successes.</summary>
    /// <value>Default 250. A record is never dropped for this reason in its first minute.</value>
    public int SaveLimit { get; set; } = 250;

    /// <summary>The time for which the database keeps successes; null = for ever.</summary>
    /// <value>Default null.</value>
    public TimeSpan? KeepSuccesses { get; set; }

    /// <summary>The number of successes that the database keeps; null = all.</summary>
    /// <value>Default null.</value>
    public long? KeepSuccessCount { get; set; }

    /// <summary>The time for which the database keeps failures and cancelled tasks; null = for ever.</summary>
    /// <value>Default null.</value>
    public TimeSpan? KeepFailures { get; set; }

    /// <summary>The number of failures and cancelled tasks that the database keeps; null = all.</summary>
    /// <value>Default null.</value>
    public long? KeepFailureCount { get; set; }

    /// <summary>Gets or sets whether a cluster that cannot reach Redis at its start waits for it. A wrong password or an unsupported version fails at once in any case.</summary>
    /// <value>true (default): the host starts, a warning is logged each <see cref="QClusterOptions.CallTimeout"/>, and the cluster starts once Redis is there. false: the start fails after that time.</value>
    public bool WaitForRedis { get; set; } = true;

    /// <summary>
    /// Gets or sets whether the cluster starts on a Redis that evicts keys: with <c>maxmemory</c> set, every <c>maxmemory-policy</c> but <c>noeviction</c>. The policies
    /// <c>allkeys-*</c> drop waiting tasks, the policies <c>volatile-*</c> drop results, finished groups and chains, and unique keys, both without an error.
    /// </summary>
    /// <value>false (default): the start fails with <see cref="BrokerProblem.Unsafe"/>. true: the start logs a warning, and accepted tasks may be lost.</value>
    public bool AllowEviction { get; set; }

    /// <summary>Stops the cluster when the queues are empty and all tasks have finished.</summary>
    /// <value>Default off.</value>
    public bool RunOnce { get; set; }

    /// <summary>A text shown with this cluster by the tools.</summary>
    /// <value>Default none.</value>
    public string? Label { get; set; }

    /// <summary>The paths of the assemblies with task functions. Only workers load them.</summary>
    /// <value>Default none.</value>
    public IList<string> Apps { get; } = [];

    /// <summary>The type that sends error mails in this program, or null.</summary>
    internal Type? MailSender { get; set; }

    internal IReadOnlyList<string> EffectiveQueues => Queues.Count > 0 ? Queues.Distinct(StringComparer.Ordinal).ToArray() : [Queue];

    /// <summary>Copies the settings that concern a client; the first of several queues is the one it enqueues to.</summary>
    internal void CopyTo(QClusterOptions client)
    {
        foreach (var setting in ClientSettings.All)
            setting.Copy(this, client);
        client.Queue = EffectiveQueues[0];
        client.Json = Json;
        client.MessagePack = MessagePack;
    }

    /// <inheritdoc />
    public override void Validate()
    {
        base.Validate();
        foreach (var setting in ClusterSettings.Own)
            setting.Check(this);
    }
}
