using System.Linq.Expressions;

namespace QCluster;

/// <summary>
/// Enqueues tasks and reads what became of them. Safe for use by many threads; one for the whole program is right.
/// Every call is bounded in time and throws <see cref="BrokerException"/> when Redis cannot answer.
/// </summary>
public interface IQClusterClient : IAsyncDisposable
{
    /// <summary>Enqueues one call of a registered function. On return the task is in Redis.</summary>
    /// <param name="func">The function's registered name.</param>
    /// <param name="args">Its arguments by position.</param>
    /// <returns>The task's id.</returns>
    /// <exception cref="SerializationException">An argument cannot be serialised; nothing was enqueued.</exception>
    Task<string> Async(string func, params object?[] args);

    /// <summary>Enqueues one call, with named arguments and options.</summary>
    /// <param name="call">Function and arguments.</param>
    /// <param name="options">How to run it; null = as the settings say.</param>
    /// <param name="cancellationToken">Ends the call. Whether the task was enqueued is then not known.</param>
    /// <returns>The task's id.</returns>
    /// <exception cref="SerializationException">An argument cannot be serialised; nothing was enqueued.</exception>
    Task<string> Async(TaskCall call, TaskOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Enqueues the call that a lambda makes, for example <c>() => Math.CopySign(2, -2)</c>. It is not run here; its arguments are evaluated now.</summary>
    /// <param name="call">One call of a static method.</param>
    /// <param name="options">How to run it; null = as the settings say.</param>
    /// <param name="cancellationToken">Ends the call. Whether the task was enqueued is then not known.</param>
    /// <returns>The task's id.</returns>
    Task<string> Async(Expression<Action> call, TaskOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Enqueues the call that a lambda makes, of a function with a value, synchronous or not.</summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <param name="call">One call of a static method.</param>
    /// <param name="options">How to run it; null = as the settings say.</param>
    /// <param name="cancellationToken">Ends the call. Whether the task was enqueued is then not known.</param>
    /// <returns>The task's id.</returns>
    Task<string> Async<T>(Expression<Func<T>> call, TaskOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Enqueues the call of an instance method; the worker makes the instance through dependency injection.</summary>
    /// <typeparam name="TService">The class whose method it is.</typeparam>
    /// <param name="call">One call of a method on the parameter.</param>
    /// <param name="options">How to run it; null = as the settings say.</param>
    /// <param name="cancellationToken">Ends the call. Whether the task was enqueued is then not known.</param>
    /// <returns>The task's id.</returns>
    Task<string> AsyncOn<TService>(Expression<Action<TService>> call, TaskOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Enqueues many calls at once, far faster than one by one, in this order.</summary>
    /// <param name="calls">Functions and arguments.</param>
    /// <param name="options">How to run each of them; a name is given to all.</param>
    /// <param name="cancellationToken">Ends the call. Which of the tasks were enqueued is then not known.</param>
    /// <returns>The tasks' ids, in the order of the calls.</returns>
    /// <exception cref="SerializationException">An argument cannot be serialised; nothing was enqueued.</exception>
    Task<IReadOnlyList<string>> AsyncBulk(IEnumerable<TaskCall> calls, TaskOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>The value of a task; null when it has not been executed yet, is unknown, or its value was not kept. The result of a failed task is its error text.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="wait">How long to wait for it; null or zero = one look, <see cref="Timeout.InfiniteTimeSpan"/> = until it is finished.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<object?> Result(string id, TimeSpan? wait = null, CancellationToken cancellationToken = default);

    /// <summary>The typed value of a task.</summary>
    /// <typeparam name="T">What the function returns.</typeparam>
    /// <param name="id">The task's id.</param>
    /// <param name="wait">How long to wait for it; null = until it is finished.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TaskFailedException">The task failed or was cancelled; carries the remote type, message and stack.</exception>
    /// <exception cref="TimeoutException">It was not finished in time.</exception>
    /// <exception cref="UnknownTaskException">There is no such task, or its record has expired.</exception>
    Task<T> Result<T>(string id, TimeSpan? wait = null, CancellationToken cancellationToken = default);

    /// <summary>All that is known of a task, finished or not; null for an unknown id.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="wait">How long to wait for it to finish; null or zero = one look.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<TaskRecord?> Fetch(string id, TimeSpan? wait = null, CancellationToken cancellationToken = default);

    /// <summary>Cancels a task: at once when it waits; when it runs its token is cancelled, and after the cluster's grace its process is killed.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Ends the call, not the cancellation.</param>
    Task<CancelResult> Cancel(string id, CancellationToken cancellationToken = default);

    /// <summary>How many tasks wait in a queue; running and delayed ones do not count.</summary>
    /// <param name="queue">The queue; null = the one of the settings.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<long> QueueSize(string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>The sizes and counters of one queue.</summary>
    /// <param name="queue">The queue; null = the one of the settings.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<QueueSizes> Sizes(string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>The names of the queues that were ever used.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<string>> Queues(CancellationToken cancellationToken = default);
}
