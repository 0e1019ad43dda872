using QCluster.Client.Settings;
using QCluster.Hosting.Settings;

namespace QCluster.Hosting;

/// <summary>The settings of a cluster.</summary>
public sealed class ClusterOptions : QClusterOptions
{
    /// <summary>The queues this cluster takes tasks from.</summary>
    /// <value>Default none given: the one queue <see cref="QClusterOptions.Queue"/>.</value>
    public IList<string> Queues { get; } = [];

    /// <summary>Worker processes.</summary>
    /// <value>Default the number of processors.</value>
    public int Workers { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Gets or sets how many processors each worker process is pinned to. Workers take the processors that the cluster may use in turn; a replacement has those of the worker that it
    /// replaces. Programs that tasks start have them too.
    /// </summary>
    /// <value>Default null: the system moves workers between all processors. Works on Linux and Windows.</value>
    public int? CpuAffinity { get; set; }

    /// <summary>How many tasks one worker process runs at a time.</summary>
    /// <value>Default 8. More suits tasks that wait (for networks, disks); a crash takes along whatever runs in the same process.</value>
    public int Concurrency { get; set; } = 8;

    /// <summary>How many more tasks a worker process runs at a time when one more of normal priority or above comes: only they can have these places.</summary>
    /// <value>Default 0. atasker's <c>reserve_normal</c>.</value>
    public int ReserveNormal { get; set; }

    /// <summary>The same for high priority and above, beyond <see cref="ReserveNormal"/>.</summary>
    /// <value>Default 0. atasker's <c>reserve_high</c>.</value>
    public int ReserveHigh { get; set; }

    /// <summary>The same for critical priority: such tasks start at once, though all other places are taken, as long as no more of them than this run beyond those.</summary>
    /// <value>Default 64.</value>
    public int ReserveCritical { get; set; } = 64;

    /// <summary>Which part of the tasks that are handed out is of low priority while both low and higher ones wait, so that low ones do not starve: 0 to 0.5.</summary>
    /// <value>Default 0: a low task starts when no other waits.</value>
    public double LowShare { get; set; }

    /// <summary>Worker processes for tasks that get one to themselves (<see cref="TaskOptions.Isolated"/>, and a task's last delivery after its workers were lost): how many such tasks run at a time.</summary>
    /// <value>Default the number of processors. They are started when the first such task comes, and kept.</value>
    public int ProcessWorkers { get; set; } = Environment.ProcessorCount;

    /// <summary>Start those processes with the cluster, so that not even the first such task waits for one.</summary>
    /// <value>Default off.</value>
    public bool ProcessWarm { get; set; }

    /// <summary>After how many tasks a worker process is replaced by a new one, against slow leaks; 0 = never.</summary>
    /// <value>Default 10,000. The new process is started first.</value>
    public long Recycle { get; set; } = 10_000;

    /// <summary>A worker process whose resident memory passes this many bytes is replaced, once its tasks are done; one that a task has to itself is killed, and the task has lost its worker. 0 = no limit.</summary>
    /// <value>Default 0.</value>
    public long MaxRss { get; set; }

    /// <summary>How long a task may run before its token is cancelled, unless its call says otherwise; null = as long as it likes.</summary>
    /// <value>Default null.</value>
    public TimeSpan? Timeout { get; set; }

    /// <summary>How long a task that was told to stop (time-out, cancel) may go on before its process is killed, and how long a stopping cluster lets its tasks go on.</summary>
    /// <value>Default 5 s.</value>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How old a task may be when a worker comes to it, counted from its call; older ones are refused. Limits for how long a recorded packet can be put into Redis again.</summary>
    /// <value>Default null: any age. Must be longer than the longest delay in use, or delayed tasks are refused.</value>
    public TimeSpan? MaxAge { get; set; }

    /// <summary>How often a task may lose its worker before it is given up and put on the dead list.</summary>
    /// <value>Default 3. Its last permitted delivery gets a worker process to itself, so that a task is never given up for a neighbour's fault.</value>
    public int MaxLost { get; set; } = 3;

    /// <summary>How often a task may fail before it has failed for good, unless its call or function says otherwise; 0 = any number of times.</summary>
    /// <value>Default 1: it is not tried again.</value>
    public int MaxAttempts { get; set; } = 1;

    /// <summary>The longest pause after a task's first failure; it doubles with each further one, and is anything up to that.</summary>
    /// <value>Default 1 s.</value>
    public TimeSpan RetryBackoff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>What that pause never passes.</summary>
    /// <value>Default 10 minutes.</value>
    public TimeSpan RetryBackoffMax { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the record of a task that was given up is kept at least, while it is among the last 10,000.</summary>
    /// <value>Default 30 days.</value>
    public TimeSpan DeadTtl { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// Gets or sets how many tasks may wait in each queue of this cluster, delayed ones included. Calls of clients beyond that fail with <see cref="QueueFullException"/>; what follows
    /// from accepted tasks (retries, hooks, steps of chains, occurrences of schedules) is never refused.
    /// </summary>
    /// <value>Default null: no limit. The cluster that joined last decides, for all clients.</value>
    public int? QueueLimit { get; set; }

    /// <summary>Whether this cluster fires schedules.</summary>
    /// <value>Default on.</value>
    public bool Scheduler { get; set; } = true;

    /// <summary>What becomes of the slots of a schedule that were missed, as no cluster ran, unless the schedule says.</summary>
    /// <value>Default <see cref="CatchUp.Latest"/>: after an hour without a cluster a schedule of each second runs once, not 3,600 times.</value>
    public CatchUp CatchUp { get; set; } = CatchUp.Latest;

    /// <summary>
    /// The mail server for mails about tasks that have failed for good: <c>smtp://user:password@host:587</c>, or <c>smtps://user:password@host</c> for TLS from the first byte.
    /// User and password are percent-decoded. <c>?starttls=required</c>, <c>when-available</c> or <c>never</c> can follow <c>smtp://</c>.
    /// </summary>
    /// <value>
    /// Default null: no mails are sent. The default port is 25, for <c>smtps://</c> 465. Without <c>?starttls=</c> the server must offer STARTTLS if there is a password and the
    /// server is not on this machine; otherwise STARTTLS is used when it is available.
    /// </value>
    /// <remarks>The package QCluster.Mail sends them: a program that hosts a cluster calls <c>AddQClusterMail</c> on its services, or does not start.</remarks>
    public string? Smtp { get; set; }

    /// <summary>Whom those mails go to.</summary>
    /// <value>Default none; needed with <see cref="Smtp"/>.</value>
    public IList<string> ErrorMailTo { get; } = [];

    /// <summary>Whom those mails come from.</summary>
    /// <value>Default <c>qcluster@</c> and the name of the machine.</value>
    public string? ErrorMailFrom { get; set; }

    /// <summary>Their subject. <c>{name}</c>, <c>{func}</c>, <c>{id}</c>, <c>{queue}</c>, <c>{host}</c>, <c>{label}</c> and <c>{error}</c> stand for what is known of cluster and task.</summary>
    /// <value>Default <c>[{name}@{host}] Error: Task {func} ({id}): {error}</c>, as Celery's.</value>
    public string ErrorMailSubject { get; set; } = "[{name}@{host}] Error: Task {func} ({id}): {error}";

    /// <summary>How many such mails are sent in a minute at most, for each queue; what is beyond that is summed up in the last of them.</summary>
    /// <value>Default 10.</value>
    public int ErrorMailLimit { get; set; } = 10;

    /// <summary>How often the sentinel looks after its processes.</summary>
    /// <value>Default 0.5 s. Deadlines are enforced with this precision; the death of a process is seen at once whatever this says.</value>
    public TimeSpan GuardCycle { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>After what time without a heartbeat the cluster counts as dead, and others take its tasks.</summary>
    /// <value>Default 10 s.</value>
    public TimeSpan HeartbeatTtl { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many records of uncached successes Redis keeps where there is no database, and as many of failures; 0 = all, for as long as <see cref="QClusterOptions.ResultTtl"/>; negative = no successes.</summary>
    /// <value>Default 250. A record is never dropped for this reason in its first minute.</value>
    public int SaveLimit { get; set; } = 250;

    /// <summary>How long the database keeps successes; null = for ever.</summary>
    /// <value>Default null.</value>
    public TimeSpan? KeepSuccesses { get; set; }

    /// <summary>How many successes the database keeps; null = all.</summary>
    /// <value>Default null.</value>
    public long? KeepSuccessCount { get; set; }

    /// <summary>How long the database keeps failures and cancelled tasks; null = for ever.</summary>
    /// <value>Default null.</value>
    public TimeSpan? KeepFailures { get; set; }

    /// <summary>How many failures and cancelled tasks the database keeps; null = all.</summary>
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

    /// <summary>Stop as soon as the queues are empty and all tasks are done.</summary>
    /// <value>Default off.</value>
    public bool RunOnce { get; set; }

    /// <summary>A text shown with this cluster by the tools.</summary>
    /// <value>Default none.</value>
    public string? Label { get; set; }

    /// <summary>Assemblies (paths) with task functions, loaded by the workers only.</summary>
    /// <value>Default none.</value>
    public IList<string> Apps { get; } = [];

    /// <summary>What sends error mails in this program, if there is anything.</summary>
    internal Type? MailSender { get; set; }

    internal IReadOnlyList<string> EffectiveQueues => Queues.Count > 0 ? Queues.Distinct(StringComparer.Ordinal).ToArray() : [Queue];

    /// <summary>What of it concerns a client; the first of several queues is the one it enqueues to.</summary>
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
