using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using QCluster.Client;
using QCluster.Execution.Functions;
using QCluster.Wire;

namespace QCluster.TaskClasses;

/// <summary>
/// A task as a class: a name, its options, and a method <c>Run</c> with its own parameters and return type, which may be
/// asynchronous. Dependency injection creates an object for each call. From Celery's <c>Task</c>.
/// </summary>
/// <remarks>
/// Derive from <see cref="ClusterTask{TSelf}"/> to call it as <c>MyTask.Delay(...)</c>. The properties are read once, from an object whose
/// constructor has not run unless it has no parameters: write them as <c>=> value</c>.
/// </remarks>
[TaskClassBase(typeof(ClusterTaskReader))]
public abstract class ClusterTask
{
    /// <summary>The name of the task in the registry and in calls. Required.</summary>
    public virtual string Name => "";

    /// <summary>Regular or periodic.</summary>
    public virtual TaskType Type => TaskType.Regular;

    /// <summary>The queue of its tasks. Null: the client's own. From Celery, where a routing key leads to a queue.</summary>
    public virtual string? RoutingKey => null;

    /// <summary>Fails a call if no live cluster serves the queue, or none of them has the task.</summary>
    public virtual bool Mandatory => false;

    /// <summary>Fails a call if no slot is free now.</summary>
    public virtual bool Immediate => false;

    /// <summary>The priority, 0 to 9; higher numbers start first.</summary>
    /// <value>Default 5.</value>
    public virtual int Priority => TaskPriority.Normal;

    /// <summary>Keeps no value and no record of a success. Failures are still kept.</summary>
    public virtual bool IgnoreResult => false;

    /// <summary>Sends no error mail after its final failure.</summary>
    public virtual bool DisableErrorEmails => false;

    /// <summary>The maximum number of retries, requested by the task (<see cref="Retry"/>) or by <see cref="RetryOn"/>; null = no limit.</summary>
    /// <value>Default 3, like Celery's <c>max_retries</c>.</value>
    public virtual int? MaxRetries => 3;

    /// <summary>The delay of a requested retry without one.</summary>
    /// <value>Default 3 minutes, like Celery's <c>default_retry_delay</c>.</value>
    public virtual TimeSpan DefaultRetryDelay => TimeSpan.FromSeconds(180);

    /// <summary>The exception types, or their base types, after which the task is retried automatically. The same as Celery's <c>autoretry_for</c>.</summary>
    /// <value>Default none.</value>
    public virtual IReadOnlyList<ErrorType> RetryOn => [];

    /// <summary>The exception types, or their base types, after which the task is never retried.</summary>
    public virtual IReadOnlyList<ErrorType> DontRetryOn => [];

    /// <summary>The upper bound of the retry delay after the first failure; it doubles with each further one. Null: that of the cluster.</summary>
    public virtual TimeSpan? RetryBackoff => null;

    /// <summary>The upper bound of all retry delays; null = the cluster's <c>retry_backoff_max</c>.</summary>
    public virtual TimeSpan? RetryBackoffMax => null;

    /// <summary>Randomises the retry delay between zero and its upper bound.</summary>
    /// <value>Default true.</value>
    public virtual bool RetryJitter => true;

    /// <summary>The maximum rate of starts over all clusters: <c>100/s</c>, <c>10/m</c>, <c>1000/h</c>. Null = no limit.</summary>
    public virtual string? RateLimit => null;

    /// <summary>The time after which its process is killed. Null: the cluster's grace period after <see cref="SoftTimeLimit"/>, or no limit.</summary>
    public virtual TimeSpan? TimeLimit => null;

    /// <summary>The time after which its token is cancelled. Null: that of the cluster.</summary>
    public virtual TimeSpan? SoftTimeLimit => null;

    /// <summary>The context of the running call. In a plain call of <c>Run</c> there is no task: the id is empty, no token is cancelled, and progress is ignored.</summary>
    protected static TaskContext Context => TaskContext.Current ?? DirectContext.Instance;

    /// <summary>A logger that adds the task's id, name and attempt to every entry; outside a task, the logger of the program.</summary>
    protected static ILogger GetLogger() => Context.Logger;

    /// <inheritdoc cref="TaskContext.Retry" />
    /// <remarks>A plain call of <c>Run</c> cannot be retried: <paramref name="exception"/> is thrown unchanged.</remarks>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    protected static Exception Retry(TimeSpan? countdown = null, Exception? exception = null, int? maxRetries = null)
    {
        if (TaskContext.Current is null && exception is not null)
            ExceptionDispatchInfo.Throw(exception);
        throw Context.Retry(countdown, exception, maxRetries);
    }

    /// <summary>Creates a publisher for sending tasks at a low level. Dispose it.</summary>
    /// <param name="client">The client whose settings it uses; null = <see cref="Tasks.Default"/>.</param>
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public TaskPublisher GetPublisher(IQClusterClient? client = null) => (client ?? DefaultClient.Instance).CreatePublisher(TaskClass.Of(GetType()).Options.Queue);

    /// <summary>Creates a consumer of the task's queue, which takes tasks without a worker. Dispose it.</summary>
    /// <param name="client">The client whose settings it uses; null = <see cref="Tasks.Default"/>.</param>
    /// <exception cref="NotSupportedException">The client has no connection of its own, as inside a task.</exception>
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public TaskConsumer GetConsumer(IQClusterClient? client = null) => (client ?? DefaultClient.Instance).CreateConsumer(TaskClass.Of(GetType()).Options.Queue);
}
