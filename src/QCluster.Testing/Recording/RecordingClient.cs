using QCluster.TaskClasses;
using QCluster.Testing.Recording;

namespace QCluster.Testing;

/// <summary>
/// A client that runs nothing and needs no Redis: it keeps what is enqueued, for a test to look at. Calls go through the real client's validation and
/// serialisation and get real ids, so what could not be sent to Redis fails here too.
/// </summary>
/// <remarks>
/// <para>Give it to the code under test where that wants an <see cref="IQClusterClient"/>, register it with <c>services.AddRecordingQCluster()</c>, or make it
/// that of the static calls with <see cref="UseAsDefault"/>.</para>
/// <para>Results are what the test says (<see cref="SetResult"/>, <see cref="SetFailure(string, Exception)"/>, <see cref="Answer"/>); then every way to wait for them works: of a task, a
/// group, an iteration, a set and a chain. Cancelling, names, unique keys, groups and the list of schedules work as with Redis; a mandatory or immediate call is
/// always accepted; a task with <c>Sync</c> runs if the client was given the functions. What cannot be known without a cluster throws
/// <see cref="NotSupportedException"/>. Safe for use by several threads.</para>
/// </remarks>
public sealed class RecordingClient : QClusterClient
{
    private readonly RecordingTransport _transport;

    /// <summary>Creates a client that has recorded nothing.</summary>
    /// <param name="options">The settings: name, queue, serialisation, largest packet; null = the defaults. Its Redis is not connected to.</param>
    /// <param name="functions">Names of functions for calls by expression, and what <see cref="TaskOptions.Sync"/> runs; null = attributes and full method names.</param>
    /// <param name="clock">The time that ids and due times are made of; null = the system's.</param>
    /// <exception cref="InvalidSettingException">A setting cannot be used, or a database is set.</exception>
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

    /// <summary>The only call of a function that was enqueued.</summary>
    /// <param name="func">The function's name.</param>
    /// <exception cref="InvalidOperationException">There is none, or there are several; the message lists what there is.</exception>
    public EnqueuedTask Single(string func)
    {
        var all = Enqueued;
        return all.Where(t => t.Func == func).ToArray() is [var only]
            ? only
            : throw new InvalidOperationException($"Exactly one call of '{func}' was expected. Enqueued: {(all.Count == 0 ? "nothing" : string.Join("; ", all))}.");
    }

    /// <summary>All calls of a function that were enqueued, in this order.</summary>
    /// <param name="func">The function's name.</param>
    public IReadOnlyList<EnqueuedTask> OfFunction(string func) => [.. Enqueued.Where(t => t.Func == func)];

    /// <summary>All calls of a task class that were enqueued, in this order.</summary>
    /// <typeparam name="TTask">The class.</typeparam>
    public IReadOnlyList<EnqueuedTask> OfFunction<TTask>()
        where TTask : ClusterTask
        => OfFunction(TaskClass.Of(typeof(TTask)).Name);

    /// <summary>Says what a task, or every task of a function, comes to, whether it has been enqueued or will be.</summary>
    /// <param name="idOrFunc">The task's id, or the function's name. What is said of an id counts more.</param>
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

    /// <summary>Says what every task of a function comes to, by its arguments. It is asked once for each task, when that one's result is first looked at.</summary>
    /// <param name="func">The function's name.</param>
    /// <param name="answer">Makes the value of the call; what it throws is the task's failure.</param>
    public void Answer(string func, Func<EnqueuedTask, object?> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _transport.Prescribe(func, task => answer(task!));
    }

    /// <summary>Forgets what was enqueued, all results and schedules.</summary>
    public void Clear() => _transport.Clear();

    /// <summary>
    /// Makes it <see cref="Tasks.Default"/>, and so the client of the static calls and of task classes' own <c>Delay</c>, for the calling method from here on and for what it calls, until
    /// the result is disposed. Tests that run beside this one keep theirs. In a set-up method, which is not what calls the test, assign <see cref="Tasks.Default"/> instead.
    /// </summary>
    public IDisposable UseAsDefault() => new DefaultClientScope(this);

    private static QClusterOptions WithoutDatabase(QClusterOptions options) =>
        options.Results is null ? options : throw new InvalidSettingException("results", null, "leave it out: a client that only records reads no database");
}
