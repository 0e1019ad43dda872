using System.Runtime.CompilerServices;
using QCluster.Client;
using QCluster.Execution.Functions;
using System.Diagnostics.CodeAnalysis;
using QCluster.Wire;

namespace QCluster.TaskClasses;

/// <summary>Calls of one task with different arguments, whose results can be read as a whole. From Celery's <c>TaskSet</c>.</summary>
/// <remarks>Not thread-safe.</remarks>
public class TaskSet
{
    private readonly TaskOptions _defaults = new();
    private TaskSetResult? _result;

    /// <summary>Creates a set of calls of a task by its name.</summary>
    /// <param name="task">The registered name of the task.</param>
    /// <param name="arguments">The arguments of each call.</param>
    public TaskSet(string task, IEnumerable<TaskArguments> arguments)
    {
        FunctionRules.CheckCalled(task, nameof(task));
        ArgumentNullException.ThrowIfNull(arguments);
        TaskName = task;
        Arguments = [.. arguments];
        if (Arguments.Contains(null!))
            throw new ArgumentException("The arguments of a call of the set are null: write an empty list for a call without any.", nameof(arguments));
    }

    /// <summary>Creates a set of calls of a task class.</summary>
    /// <param name="task">A class that derives from <see cref="ClusterTask"/>.</param>
    /// <param name="arguments">The arguments of each call.</param>
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public TaskSet(Type task, IEnumerable<TaskArguments> arguments)
        : this(TaskClass.Of(task).Name, arguments)
        => _defaults = TaskClass.Of(task).Options;

    /// <summary>The name of the task.</summary>
    public string TaskName { get; }

    /// <summary>The arguments of each call.</summary>
    public IReadOnlyList<TaskArguments> Arguments { get; }

    /// <summary>The number of calls.</summary>
    public int Total => Arguments.Count;

    /// <summary>The options of each call; null = those of the class. <c>IgnoreResult</c> and <c>Group</c> are not allowed.</summary>
    public ApplyOptions? Options { get; set; }

    /// <summary>The function to call exactly once when all tasks have ended, successful or not. A parameter <c>TaskRecord[]</c> of it gets the records, in the order of the calls.</summary>
    public TaskCall? Callback { get; set; }

    /// <summary>The options of the callback.</summary>
    public TaskOptions? CallbackOptions { get; set; }

    /// <summary>The client of the task.</summary>
    /// <value>Default null: <see cref="Tasks.Default"/>.</value>
    public IQClusterClient? Client { get; set; }

    private IQClusterClient Owner => Client ?? DefaultClient.Instance;

    internal TaskOptions TaskOptions => (Options ?? new ApplyOptions()).Over(_defaults);

    /// <summary>Enqueues all calls.</summary>
    /// <param name="cancellationToken">Ends the call. Tasks that have been enqueued by then run.</param>
    public async Task<TaskSetResult> Run(CancellationToken cancellationToken = default) =>
        _result = await Owner.RunSet(this, cancellationToken).ConfigureAwait(false);

    /// <summary>Returns the values as the calls finish. Runs the set if it has not been run.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TaskFailedException">A call did not succeed.</exception>
    public async IAsyncEnumerable<object?> Iterate([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var result = _result ?? await Run(cancellationToken).ConfigureAwait(false);
        await foreach (var value in result.Iterate(cancellationToken).ConfigureAwait(false))
            yield return value;
    }

    /// <summary>Returns the values in the order of the calls. Runs the set if it has not been run. (The original runs it again.)</summary>
    /// <param name="timeout">The maximum time to wait. Null: no limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TaskFailedException">A call did not succeed.</exception>
    /// <exception cref="TimeoutException">The tasks have not all ended in time.</exception>
    public async Task<IReadOnlyList<object?>> Join(TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        await (_result ?? await Run(cancellationToken).ConfigureAwait(false)).Join(timeout, cancellationToken).ConfigureAwait(false);

    /// <summary>Returns the same calls, grouped into tasks of several calls that run one after another. This saves enqueues and limits concurrency. The value of each task is the list of the values of its calls.</summary>
    /// <param name="size">The number of calls in a task, at least 1.</param>
    public TaskSet Chunks(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var chunks = Arguments.Chunk(size).Select(calls => new TaskArguments([TaskName, calls.Select(c => new object?[] { c.Args, c.Kwargs }).ToArray()]));
        return new TaskSet(BuiltInFunctions.Chunk, chunks) { Options = new ApplyOptions { More = TaskOptions with { RateLimit = null } }, Callback = Callback, CallbackOptions = CallbackOptions, Client = Client };
    }

    /// <summary>Enqueues one call of a function for each list of arguments.</summary>
    /// <param name="func">The registered name.</param>
    /// <param name="args">The arguments of each call, by position.</param>
    /// <param name="client">The client; null = <see cref="Tasks.Default"/>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static Task<TaskSetResult> RemoteExecute(string func, IEnumerable<object?[]> args, IQClusterClient? client = null, CancellationToken cancellationToken = default) =>
        new TaskSet(func, args.Select(a => new TaskArguments(a))) { Client = client }.Run(cancellationToken);

    /// <summary>Enqueues one call of a method for each list of arguments. The worker must have the method registered.</summary>
    /// <param name="func">The method, as a delegate: <c>(Func&lt;double, double, double&gt;)Math.CopySign</c>.</param>
    /// <param name="args">The arguments of each call, by position.</param>
    /// <param name="client">The client; null = <see cref="Tasks.Default"/>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static Task<TaskSetResult> RemoteExecute(Delegate func, IEnumerable<object?[]> args, IQClusterClient? client = null, CancellationToken cancellationToken = default) =>
        RemoteExecute(FunctionRules.NameOf(func), args, client, cancellationToken);

    /// <summary>Calls a function once for each list of arguments, in the cluster, and collects the values in their order.</summary>
    /// <param name="func">The registered name.</param>
    /// <param name="args">The arguments of each call, by position.</param>
    /// <param name="timeout">The maximum time to wait. Null: no limit.</param>
    /// <param name="client">The client; null = <see cref="Tasks.Default"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TaskFailedException">A call did not succeed.</exception>
    /// <exception cref="TimeoutException">The tasks have not all ended in time.</exception>
    public static async Task<IReadOnlyList<object?>> Map(string func, IEnumerable<object?[]> args, TimeSpan? timeout = null, IQClusterClient? client = null, CancellationToken cancellationToken = default) =>
        await (await RemoteExecute(func, args, client, cancellationToken).ConfigureAwait(false)).Join(timeout, cancellationToken).ConfigureAwait(false);

    /// <summary>Calls a method of one parameter once for each argument, in the cluster, and collects the values in their order.</summary>
    /// <typeparam name="TArgument">The type of its parameter.</typeparam>
    /// <typeparam name="TResult">The type of the value.</typeparam>
    /// <param name="func">The method; the worker must have it registered.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="timeout">The maximum time to wait. Null: no limit.</param>
    /// <param name="client">The client; null = <see cref="Tasks.Default"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TaskFailedException">A call did not succeed.</exception>
    /// <exception cref="TimeoutException">The tasks have not all ended in time.</exception>
    public static async Task<IReadOnlyList<TResult>> Map<TArgument, TResult>(Func<TArgument, TResult> func, IEnumerable<TArgument> args, TimeSpan? timeout = null, IQClusterClient? client = null, CancellationToken cancellationToken = default) =>
        await (await RemoteExecute(FunctionRules.NameOf(func), args.Select(a => new object?[] { a }), client, cancellationToken).ConfigureAwait(false)).Join<TResult>(timeout, cancellationToken).ConfigureAwait(false);

    /// <summary>Calls a function once for each list of arguments, in the cluster, and collects the values in their order under one id. The wait takes no slot, as in the original.</summary>
    /// <param name="func">The registered name.</param>
    /// <param name="args">The arguments of each call, by position.</param>
    /// <param name="client">The client; null = <see cref="Tasks.Default"/>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The pending result: the list of the values.</returns>
    public static async Task<AsyncResult<IReadOnlyList<object?>>> MapAsync(string func, IEnumerable<object?[]> args, IQClusterClient? client = null, CancellationToken cancellationToken = default) =>
        new(await (client ?? DefaultClient.Instance).AsyncIter(func, args, null, cancellationToken).ConfigureAwait(false), client);

    /// <summary>Calls a method of one parameter once for each argument, in the cluster, and collects the values in their order under one id.</summary>
    /// <typeparam name="TArgument">The type of its parameter.</typeparam>
    /// <typeparam name="TResult">The type of the value.</typeparam>
    /// <param name="func">The method; the worker must have it registered.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="client">The client; null = <see cref="Tasks.Default"/>.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public static async Task<AsyncResult<TResult[]>> MapAsync<TArgument, TResult>(Func<TArgument, TResult> func, IEnumerable<TArgument> args, IQClusterClient? client = null, CancellationToken cancellationToken = default) =>
        new(await (client ?? DefaultClient.Instance).AsyncIter(FunctionRules.NameOf(func), args.Select(a => (object?)new object?[] { a }), null, cancellationToken).ConfigureAwait(false), client);
}
