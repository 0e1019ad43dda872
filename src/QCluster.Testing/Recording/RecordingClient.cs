using QCluster.TaskClasses;
using QCluster.Testing.Recording;

namespace QCluster.Testing;

/// <summary>
/// A client that runs nothing and needs no Redis: it records the enqueued calls for a test. Calls go through the real client's validation and
/// serialisation and get real ids, so a call that could not be sent to Redis fails here too.
/// </summary>
/// <remarks>
/// <para>Give it to the code under test as its <see cref="IQClusterClient"/>, register it with <c>services.AddRecordingQCluster()</c>, or make it
/// the client of the static calls with <see cref="UseAsDefault"/>.</para>
/// <para>The test prescribes results (<see cref="SetResult"/>, <see cref="SetFailure(string, Exception)"/>, <see cref="Answer"/>); then every way to wait for them works: of a task, a
/// group, an iteration, a set and a chain. Cancelling, names, unique keys, groups and the list of schedules work as with Redis; a mandatory or immediate call is
/// always accepted; a task with <c>Sync</c> runs if the client has the functions. Calls that need a cluster throw
/// <see cref="NotSupportedException"/>. Thread-safe.</para>
/// </remarks>
public sealed class RecordingClient : QClusterClient
{
    private readonly RecordingTransport _transport;

    /// <summary>Creates a client without recorded calls.</summary>
    /// <param name="options">The settings: name, queue, serialisation, maximum packet size. Null: the defaults. Its Redis is not connected to.</param>
    /// <param name="functions">The names of functions for calls by expression, and the functions for <see cref="TaskOptions.Sync"/>. Null: attributes and full method names.</param>
    /// <param name="clock">The clock of ids and due times. Null: the system's.</param>
    /// <exception cref="InvalidSettingException">A setting is invalid, or a database is set.</exception>
    public RecordingClient(QClusterOptions? options = null, FunctionRegistry? functions = null, TimeProvider? clock = null)
        : this(WithoutDatabase(options ?? new QClusterOptions()), functions, clock ?? TimeProvider.System, null)
    {
    }

    internal RecordingClient(QClusterOptions options, FunctionRegistry? functions, TimeProvider clock, IServiceProvider? services)
        : this(options, new RecordingTransport(options, clock), functions, clock, services)
    {
    }

    private RecordingClient(QClusterOptions options, RecordingTransport transport, FunctionRegistry? functions, TimeProvider clock, IServiceProvider? services)
        : base(options, transport, functions, clock, services)
        => _transport = transport;

    /// <summary>All enqueued tasks, in order: single tasks, members of groups, iterations and sets, and all steps of chains. Hooks and callbacks are in their options.</summary>
    public IReadOnlyList<EnqueuedTask> Enqueued => _transport.Enqueued;

    /// <summary>Returns the only enqueued call of a function.</summary>
    /// <param name="func">The function's name.</param>
    /// <exception cref="InvalidOperationException">There is none, or there are several; the message lists the enqueued calls.</exception>
    public EnqueuedTask Single(string func)
    {
        var all = Enqueued;
        return all.Where(t => t.Func == func).ToArray() is [var only]
            ? only
            : throw new InvalidOperationException($"Exactly one call of '{func}' was expected. Enqueued: {(all.Count == 0 ? "nothing" : string.Join("; ", all))}.");
    }

    /// <summary>Returns all enqueued calls of a function, in order.</summary>
    /// <param name="func">The function's name.</param>
    public IReadOnlyList<EnqueuedTask> OfFunction(string func) => [.. Enqueued.Where(t => t.Func == func)];

    /// <summary>Returns all enqueued calls of a task class, in order.</summary>
    /// <typeparam name="TTask">The class.</typeparam>
    public IReadOnlyList<EnqueuedTask> OfFunction<TTask>()
        where TTask : ClusterTask
        => OfFunction(TaskClass.Of(typeof(TTask)).Name);

    /// <summary>Prescribes the value of a task, or of every task of a function, enqueued before or later.</summary>
    /// <param name="idOrFunc">The task's id, or the function's name. A value for the id takes precedence.</param>
    /// <param name="value">The value.</param>
    public void SetResult(string idOrFunc, object? value) => _transport.Prescribe(idOrFunc, _ => value);

    /// <summary>Prescribes that a task, or every task of a function, fails.</summary>
    /// <param name="idOrFunc">The task's id, or the function's name.</param>
    /// <param name="error">The exception of the function.</param>
    public void SetFailure(string idOrFunc, Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        _transport.Prescribe(idOrFunc, _ => throw error);
    }

    /// <summary>Prescribes that a task, or every task of a function, fails with this error.</summary>
    /// <param name="idOrFunc">The task's id, or the function's name.</param>
    /// <param name="error">The error in its record.</param>
    public void SetFailure(string idOrFunc, TaskError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        _transport.Prescribe(idOrFunc, _ => throw new TaskFailedException(idOrFunc, null, error));
    }

    /// <summary>Prescribes the values of all tasks of a function, by their arguments. Called once for each task, when its result is first read.</summary>
    /// <param name="func">The function's name.</param>
    /// <param name="answer">Returns the value of the call. An exception is the failure of the task.</param>
    public void Answer(string func, Func<EnqueuedTask, object?> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _transport.Prescribe(func, task => answer(task!));
    }

    /// <summary>Removes the recorded calls, all results and schedules.</summary>
    public void Clear() => _transport.Clear();

    /// <summary>
    /// Makes the client <see cref="Tasks.Default"/>, and so the client of the static calls and of task classes' own <c>Delay</c>, for the calling method from here on and for the code that it calls, until
    /// the result is disposed. Concurrent tests keep theirs. In a set-up method, which does not call the test, assign <see cref="Tasks.Default"/> instead.
    /// </summary>
    public IDisposable UseAsDefault() => new DefaultClientScope(this);

    private static QClusterOptions WithoutDatabase(QClusterOptions options) =>
        options.Results is null ? options : throw new InvalidSettingException("results", null, "leave it out: a client that only records reads no database");
}
