using System.Linq.Expressions;

namespace QCluster;

/// <summary>
/// Enqueues tasks and reads their results. Thread-safe; use one client for the whole program.
/// Every call is bounded in time and throws <see cref="BrokerException"/> if Redis is unavailable.
/// </summary>
public interface IQClusterClient : IAsyncDisposable
{
    /// <summary>Enqueues one call of a registered function. On return the task is in Redis.</summary>
    /// <param name="func">The function's registered name.</param>
    /// <param name="args">Its arguments by position. An <c>object[]</c> is the list of them; an array of any other element type, such as <c>string[]</c>, is one argument, and so is null.</param>
    /// <returns>The task's id.</returns>
    /// <exception cref="ArgumentException">The name is empty, or not a valid name of a function.</exception>
    /// <exception cref="SerializationException">An argument cannot be serialised; nothing was enqueued.</exception>
    Task<string> Async(string func, params object?[] args);

    /// <summary>Enqueues one call, with named arguments and options.</summary>
    /// <param name="call">Function and arguments.</param>
    /// <param name="options">The options of the task; null = the settings.</param>
    /// <param name="cancellationToken">Ends the call. The task may or may not have been enqueued then.</param>
    /// <returns>The task's id.</returns>
    /// <exception cref="SerializationException">An argument cannot be serialised; nothing was enqueued.</exception>
    Task<string> Async(TaskCall call, TaskOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Enqueues the call in a lambda, for example <c>() => Math.CopySign(2, -2)</c>. The arguments are evaluated now; the method is not called.</summary>
    /// <param name="call">One call of a static method.</param>
    /// <param name="options">The options of the task; null = the settings.</param>
    /// <param name="cancellationToken">Ends the call. The task may or may not have been enqueued then.</param>
    /// <returns>The task's id.</returns>
    Task<string> Async(Expression<Action> call, TaskOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Enqueues the call in a lambda, of a function with a value, synchronous or not.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="call">One call of a static method.</param>
    /// <param name="options">The options of the task; null = the settings.</param>
    /// <param name="cancellationToken">Ends the call. The task may or may not have been enqueued then.</param>
    /// <returns>The task's id.</returns>
    Task<string> Async<T>(Expression<Func<T>> call, TaskOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Enqueues the call of an instance method; the worker creates the instance through dependency injection.</summary>
    /// <typeparam name="TService">The class of the method.</typeparam>
    /// <param name="call">One call of a method on the parameter.</param>
    /// <param name="options">The options of the task; null = the settings.</param>
    /// <param name="cancellationToken">Ends the call. The task may or may not have been enqueued then.</param>
    /// <returns>The task's id.</returns>
    Task<string> AsyncOn<TService>(Expression<Action<TService>> call, TaskOptions? options = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="AsyncOn{TService}(Expression{Action{TService}}, TaskOptions?, CancellationToken)" />
    Task<string> AsyncOn<TService>(Expression<Func<TService, Task>> call, TaskOptions? options = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="AsyncOn{TService}(Expression{Action{TService}}, TaskOptions?, CancellationToken)" />
    Task<string> AsyncOn<TService>(Expression<Func<TService, ValueTask>> call, TaskOptions? options = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="AsyncOn{TService}(Expression{Action{TService}}, TaskOptions?, CancellationToken)" />
    /// <typeparam name="TService">The class of the method.</typeparam>
    /// <typeparam name="TResult">The type of the value.</typeparam>
    Task<string> AsyncOn<TService, TResult>(Expression<Func<TService, TResult>> call, TaskOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Enqueues many calls at once, far faster than one by one, in this order.</summary>
    /// <param name="calls">Functions and arguments.</param>
    /// <param name="options">The options of each task; all get the same name.</param>
    /// <param name="cancellationToken">Ends the call. Any of the tasks may have been enqueued then.</param>
    /// <returns>The tasks' ids, in the order of the calls.</returns>
    /// <exception cref="SerializationException">An argument cannot be serialised; nothing was enqueued.</exception>
    Task<IReadOnlyList<string>> AsyncBulk(IEnumerable<TaskCall> calls, TaskOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Enqueues one call for each element; the results are collated, in the order of the input, under one id, which <see cref="Result(string, TimeSpan?, CancellationToken)"/> and <see cref="Fetch"/> take.</summary>
    /// <param name="func">The function's registered name.</param>
    /// <param name="argsList">The argument of each call, or an <c>object[]</c> of all its arguments. It is streamed; its length need not be known.</param>
    /// <param name="options">The options of each task. The results are cached for the time in them, or for the setting <c>result_ttl</c>.</param>
    /// <param name="cancellationToken">Ends the call. Tasks enqueued until then run.</param>
    /// <returns>The id of the iteration. Its result is the list of the results. It fails if a task failed; the list then has the error text of that task.</returns>
    Task<string> AsyncIter(string func, IEnumerable<object?> argsList, TaskOptions? options = null, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="AsyncIter(string, IEnumerable{object?}, TaskOptions?, CancellationToken)" />
    Task<string> AsyncIter(string func, IAsyncEnumerable<object?> argsList, TaskOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Enqueues tasks that run one after another. On return the whole chain is in Redis. A failed step ends the chain, unless <see cref="ChainOptions.ContinueOnFailure"/> is set.</summary>
    /// <param name="steps">The steps, in order.</param>
    /// <param name="options">The options of the chain; null = the settings.</param>
    /// <param name="cancellationToken">Ends the call. The chain may or may not have been started then.</param>
    /// <returns>The id of the chain's group, for <see cref="ResultGroup"/> and similar calls, for <see cref="Cancel"/>, and, unless the group was named, for <see cref="Result(string, TimeSpan?, CancellationToken)"/>.</returns>
    Task<string> AsyncChain(IEnumerable<ChainStep> steps, ChainOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Returns the value of a task; null if it has not been executed yet, is unknown, or its value was not kept. The result of a failed task is its error text.</summary>
    /// <param name="idOrName">The task's id or name. Of several tasks with that name, the one enqueued last.</param>
    /// <param name="wait">The maximum time to wait. Null or zero: returns at once. <see cref="Timeout.InfiniteTimeSpan"/>: no limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<object?> Result(string idOrName, TimeSpan? wait = null, CancellationToken cancellationToken = default);

    /// <summary>Returns the typed value of a task.</summary>
    /// <typeparam name="T">The return type of the function; for an iteration or a chain, an array of it.</typeparam>
    /// <param name="idOrName">The task's id or name.</param>
    /// <param name="wait">The maximum time to wait. Null: no limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TaskFailedException">The task failed or was cancelled; carries the remote type, message and stack.</exception>
    /// <exception cref="TimeoutException">The task has not finished in time.</exception>
    /// <exception cref="UnknownTaskException">There is no such task, or its record has expired, or was not kept (<c>IgnoreResult</c>). For an iteration or chain: the record of a member; the message names it.</exception>
    Task<T> Result<T>(string idOrName, TimeSpan? wait = null, CancellationToken cancellationToken = default);

    /// <summary>Returns the record of a task, finished or not; null if it is unknown, and for a success whose result is not kept (<c>IgnoreResult</c>).</summary>
    /// <param name="idOrName">The task's id or name.</param>
    /// <param name="wait">The maximum time to wait for its end. Null or zero: returns at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<TaskRecord?> Fetch(string idOrName, TimeSpan? wait = null, CancellationToken cancellationToken = default);

    /// <summary>Returns the value of the task that was enqueued last under a name; null if there is none, or it has not finished.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<object?> GetResult(string name, CancellationToken cancellationToken = default);

    /// <summary>Returns the results of a group's finished members, in the order in which they were enqueued.</summary>
    /// <param name="group">The label, or the id that <see cref="AsyncChain"/> returned; <c>label@queue</c> for a group of another queue than the client's own.</param>
    /// <param name="failures">True to include the error texts of members that did not succeed.</param>
    /// <param name="wait">The maximum time to wait for <paramref name="count"/> members, or for all. Null or zero: returns at once.</param>
    /// <param name="count">The minimum number of finished members, successful or not. Null: all that were enqueued. A chain that has ended is always complete.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null if the group is unknown, or has not finished in time.</returns>
    /// <exception cref="UnknownTaskException">
    /// The record of a member was not kept; the message names it. Members' records stay until the group has ended, at most seven days. Only then does their time-to-live,
    /// or <c>save_limit</c>, begin. Members of earlier uses of a label, whose records have expired, are omitted.
    /// </exception>
    Task<IReadOnlyList<object?>?> ResultGroup(string group, bool failures = false, TimeSpan? wait = null, int? count = null, CancellationToken cancellationToken = default);

    /// <summary>Returns the records of a group's finished members, in the order in which they were enqueued.</summary>
    /// <inheritdoc cref="ResultGroup" />
    Task<IReadOnlyList<TaskRecord>?> FetchGroup(string group, bool failures = true, TimeSpan? wait = null, int? count = null, CancellationToken cancellationToken = default);

    /// <summary>Returns the records of a group's members in the order in which they finish, until <paramref name="count"/> have, or all that were enqueued.</summary>
    /// <param name="group">The label.</param>
    /// <param name="count">The number of members.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    IAsyncEnumerable<TaskRecord> WatchGroup(string group, int count, CancellationToken cancellationToken = default);

    /// <summary>Returns information about an unfinished task: where it waits or runs, since when, and its progress.</summary>
    /// <param name="idOrName">The task's id or name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Null if the task has finished or is unknown; a cancelled task is returned as such while its record is kept.</returns>
    Task<TaskInfo?> GetTaskInfo(string idOrName, CancellationToken cancellationToken = default);

    /// <summary>Cancels every unfinished member of a group or iteration: waiting and delayed ones at once, running ones through their workers.</summary>
    /// <param name="group">The label, or the id that <see cref="AsyncIter(string, IEnumerable{object?}, TaskOptions?, CancellationToken)"/> returned; <c>label@queue</c> for a group of another queue than the client's own.</param>
    /// <param name="cancellationToken">Ends the call; members found until then are cancelled.</param>
    /// <returns>The number of cancelled members and requested cancels.</returns>
    /// <remarks>The call searches the queue, a few hundred tasks at a time, until no member is found.</remarks>
    Task<long> CancelGroup(string group, CancellationToken cancellationToken = default);

    /// <summary>Recurring and one-off scheduled calls.</summary>
    ISchedules Schedules { get; }

    /// <summary>Dead-lettered tasks.</summary>
    IDeadTasks Dead { get; }

    /// <summary>The queues: their names and sizes; pausing, purging and removing them.</summary>
    IQueues Queues { get; }

    /// <summary>The state and the health of the clusters.</summary>
    IMonitoring Monitoring { get; }

    /// <summary>Counts the finished members of a group; 0 for an unknown group.</summary>
    /// <param name="group">The label.</param>
    /// <param name="failures">True to count only members that did not succeed.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<long> CountGroup(string group, bool failures = false, CancellationToken cancellationToken = default);

    /// <summary>Deletes a group. Running members are not stopped.</summary>
    /// <param name="group">The label.</param>
    /// <param name="tasks">True to delete the records of its finished members too.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The number of its finished members.</returns>
    Task<long> DeleteGroup(string group, bool tasks = false, CancellationToken cancellationToken = default);

    /// <summary>Deletes the record of a finished task from Redis.</summary>
    /// <param name="idOrName">The task's id or name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False if there was none.</returns>
    Task<bool> DeleteCached(string idOrName, CancellationToken cancellationToken = default);

    /// <summary>The records of tasks that succeeded and were not cached.</summary>
    IFinishedTasks Successes { get; }

    /// <summary>The records of tasks that failed or were cancelled, and were not cached.</summary>
    IFinishedTasks Failures { get; }

    /// <summary>Runs a finished task again, with the same arguments and options, as a new task.</summary>
    /// <param name="idOrName">The task's id or name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The id of the new task.</returns>
    /// <exception cref="UnknownTaskException">There is no such task, or its record has expired.</exception>
    /// <exception cref="InvalidOperationException">The task has not finished, or its arguments were not kept.</exception>
    Task<string> Retry(string idOrName, CancellationToken cancellationToken = default);

    /// <summary>Cancels a task: a waiting one at once; the token of a running one, and after the cluster's grace period its process is killed. Cancelling a chain cancels its running step.</summary>
    /// <param name="idOrName">The id or name of a task, or the group id of a chain.</param>
    /// <param name="cancellationToken">Ends the call, not the cancellation.</param>
    Task<CancelResult> Cancel(string idOrName, CancellationToken cancellationToken = default);

    /// <summary>Counts the waiting tasks of a queue, without running and delayed ones.</summary>
    /// <param name="queue">The queue; null = the one of the settings.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<long> QueueSize(string? queue = null, CancellationToken cancellationToken = default);
}
