using System.Collections;
using QCluster.Client;
using QCluster.Execution.Functions;
using QCluster.Model;

namespace QCluster;

/// <summary>One function over many arguments, as an object: append, run, get the results in the order of the arguments.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class Iter
{
    private readonly string _func;
    private readonly List<object?> _args;

    /// <summary>Creates an iteration.</summary>
    /// <param name="func">The registered name.</param>
    /// <param name="args">The first elements: the argument of each call, or an <c>object[]</c> of all its arguments. Null: none yet.</param>
    /// <exception cref="ArgumentException">The name is not a valid name of a function.</exception>
    public Iter(string func, IEnumerable<object?>? args = null)
    {
        FunctionRules.CheckCalled(func, nameof(func));
        _func = func;
        _args = [.. args ?? []];
    }

    /// <summary>Creates an iteration over numbers or other values.</summary>
    /// <param name="func">The registered name.</param>
    /// <param name="args">The argument of each call.</param>
    /// <exception cref="ArgumentException">The name is not a valid name of a function, or the elements are a string.</exception>
    public Iter(string func, IEnumerable args)
        : this(func, args is string ? throw new ArgumentException("A text is one argument, not many: write [text].", nameof(args)) : args.Cast<object?>())
    {
    }

    /// <summary>The options of each task; null = the settings.</summary>
    public TaskOptions? Options { get; set; }

    /// <summary>The client of the task.</summary>
    /// <value>Default null: <see cref="Tasks.Default"/>.</value>
    public IQClusterClient? Client { get; set; }

    /// <summary>The id of the iteration; null until it has been run since its last change.</summary>
    public string? Id { get; private set; }

    /// <summary>Adds one call.</summary>
    /// <param name="arguments">Its arguments. An <c>object[]</c> is the list of them; an array of any other element type is one argument, and so is null.</param>
    /// <returns>The number of calls.</returns>
    public int Append(params object?[] arguments)
    {
        Id = null;
        _args.Add(arguments?.GetType() == typeof(object[]) ? arguments : new object?[] { arguments });
        return _args.Count;
    }

    /// <summary>The number of calls.</summary>
    public int Length() => _args.Count;

    /// <summary>Enqueues all calls.</summary>
    /// <param name="cancellationToken">Ends the call. Tasks that have been enqueued by then run.</param>
    /// <returns>The id of the iteration.</returns>
    public async Task<string> Run(CancellationToken cancellationToken = default) =>
        Id = await (Client ?? DefaultClient.Instance).AsyncIter(_func, _args, Options, cancellationToken).ConfigureAwait(false);

    /// <summary>The list of the results, or null.</summary>
    /// <param name="wait">The maximum time to wait for all results. Null or zero: returns at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<object?> Result(TimeSpan? wait = null, CancellationToken cancellationToken = default) =>
        Id is null ? null : await (Client ?? DefaultClient.Instance).Result(Id, wait, cancellationToken).ConfigureAwait(false);

    /// <summary>The list of the results, or null.</summary>
    /// <param name="wait">The maximum time to wait for it, in milliseconds. Below 0: no limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<object?> Result(int wait, CancellationToken cancellationToken = default) => Result(Milliseconds.Of(wait), cancellationToken);

    /// <summary>The record of the iteration, or null.</summary>
    /// <param name="wait">The maximum time to wait for all results. Null or zero: returns at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<TaskRecord?> Fetch(TimeSpan? wait = null, CancellationToken cancellationToken = default) =>
        Id is null ? null : await (Client ?? DefaultClient.Instance).Fetch(Id, wait, cancellationToken).ConfigureAwait(false);
}
