namespace QCluster;

/// <summary>One function over many arguments, as an object: append, run, get the results in the order of the arguments.</summary>
/// <remarks>Not for use by several threads at once.</remarks>
/// <param name="func">The registered name.</param>
/// <param name="args">The first elements; null = none yet.</param>
public sealed class Iter(string func, IEnumerable<object?>? args = null)
{
    private readonly List<object?> _args = [.. args ?? []];

    /// <summary>How each task is run; null = as the settings say.</summary>
    public TaskOptions? Options { get; set; }

    /// <summary>The client it uses.</summary>
    /// <value>Default null: <see cref="Tasks.Default"/>.</value>
    public IQClusterClient? Client { get; set; }

    /// <summary>Its id; null until it has been run with the arguments it has.</summary>
    public string? Id { get; private set; }

    /// <summary>Adds one call.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The number of calls.</returns>
    public int Append(params object?[] arguments)
    {
        Id = null;
        _args.Add(arguments);
        return _args.Count;
    }

    /// <summary>The number of calls.</summary>
    public int Length() => _args.Count;

    /// <summary>Enqueues all calls.</summary>
    /// <param name="cancellationToken">Ends the call. What has been enqueued until then runs.</param>
    /// <returns>The id of the whole.</returns>
    public async Task<string> Run(CancellationToken cancellationToken = default) =>
        Id = await (Client ?? Tasks.Default).AsyncIter(func, _args, Options, cancellationToken).ConfigureAwait(false);

    /// <summary>The list of the results, or null.</summary>
    /// <param name="wait">How long to wait for all; null or zero = one look.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<object?> Result(TimeSpan? wait = null, CancellationToken cancellationToken = default) =>
        Id is null ? null : await (Client ?? Tasks.Default).Result(Id, wait, cancellationToken).ConfigureAwait(false);

    /// <summary>The record of the whole, or null.</summary>
    /// <param name="wait">How long to wait for all; null or zero = one look.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<TaskRecord?> Fetch(TimeSpan? wait = null, CancellationToken cancellationToken = default) =>
        Id is null ? null : await (Client ?? Tasks.Default).Fetch(Id, wait, cancellationToken).ConfigureAwait(false);
}
