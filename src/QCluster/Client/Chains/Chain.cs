using QCluster.Client;
using QCluster.Client.Chains;
using QCluster.Client.Groups;
using QCluster.Model;

namespace QCluster;

/// <summary>A chain of tasks as an object: append steps, run it, read its progress.</summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class Chain
{
    private readonly List<ChainStep> _steps = [];
    private StartedChain? _started;

    /// <summary>Creates a chain.</summary>
    /// <param name="steps">The first steps. Null: none yet.</param>
    /// <param name="group">The label of its results. Null: a new id.</param>
    /// <param name="cached">The caching of its records in Redis: true, false or a time. Null: the setting.</param>
    /// <param name="sync">Runs the chain in this process, during the call.</param>
    public Chain(IEnumerable<ChainStep>? steps = null, string? group = null, Caching? cached = null, bool sync = false)
    {
        _steps.AddRange(steps ?? []);
        if (_steps.Contains(null!))
            throw new ArgumentException("A step of the chain is null.", nameof(steps));
        Options = new ChainOptions { Group = group, Cached = cached, Sync = sync };
    }

    /// <summary>A placeholder for an argument: the value of the previous step. Null in the first step, and after a failed one.</summary>
    public static PreviousResult Previous => PreviousResult.Instance;

    /// <summary>The options of the chain.</summary>
    public ChainOptions Options { get; set; }

    /// <summary>The client of the task.</summary>
    /// <value>Default null: <see cref="Tasks.Default"/>.</value>
    public IQClusterClient? Client { get; set; }

    /// <summary>The group id; null until the chain has been run.</summary>
    public string? Id { get; private set; }

    /// <summary>Appends a step. A chain that has been run can then be run again, as a new one.</summary>
    /// <param name="func">The registered name.</param>
    /// <param name="args">The arguments.</param>
    /// <returns>The number of steps.</returns>
    public int Append(string func, params object?[] args) => Append(new ChainStep(func, args));

    /// <summary>Appends a step.</summary>
    /// <param name="step">The step.</param>
    /// <returns>The number of steps.</returns>
    public int Append(ChainStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        _started = null;
        Id = null;
        _steps.Add(step);
        return _steps.Count;
    }

    /// <summary>The number of steps.</summary>
    public int Length() => _steps.Count;

    /// <summary>Starts the chain.</summary>
    /// <param name="cancellationToken">Ends the call. Whether the chain was started is then not known.</param>
    /// <returns>The group id.</returns>
    public async Task<string> Run(CancellationToken cancellationToken = default)
    {
        if (Owner is QClusterClient client)
            Id = (_started = await client.StartChainAsync(_steps, Options, cancellationToken).ConfigureAwait(false)).Group;
        else
            Id = await Owner.AsyncChain(_steps, Options, cancellationToken).ConfigureAwait(false);
        return Id;
    }

    /// <summary>The number of steps that have ended, which is the index of the running one; null before the chain has been run.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<int?> Current(CancellationToken cancellationToken = default)
    {
        if (Id is null)
            return null;
        if (_started is not { } started || Owner is not QClusterClient client)
            return (int)await Owner.CountGroup(Id, failures: false, cancellationToken).ConfigureAwait(false);
        if (Options.Sync)
            return (await RecordsAsync(client, started, 0, cancellationToken).ConfigureAwait(false)).Count;
        return (await client.LookAtChainAsync(started.Id, TimeSpan.Zero, cancellationToken).ConfigureAwait(false))?.Finished;
    }

    /// <summary>The values of the steps that succeeded, in their order, once the chain has ended; null before that, and if the chain has not been run.</summary>
    /// <param name="wait">The maximum time to wait for its end. Null or zero: returns at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnknownTaskException">The record of a step was not kept; the message names it.</exception>
    public async Task<IReadOnlyList<object?>?> Result(TimeSpan? wait = null, CancellationToken cancellationToken = default) =>
        await Fetch(failures: false, wait, cancellationToken).ConfigureAwait(false) is { } records ? [.. records.Select(r => r.Result)] : null;

    /// <inheritdoc cref="Result(TimeSpan?, CancellationToken)" />
    /// <param name="wait">The maximum time to wait for its end, in milliseconds. Below 0: no limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<IReadOnlyList<object?>?> Result(int wait, CancellationToken cancellationToken = default) => Result(Milliseconds.Of(wait), cancellationToken);

    /// <summary>The records of the steps that ran, in their order, once the chain has ended; null before that, and if the chain has not been run.</summary>
    /// <param name="failures">Includes steps that did not succeed.</param>
    /// <param name="wait">The maximum time to wait for its end. Null or zero: returns at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="UnknownTaskException">The record of a step was not kept; the message names it.</exception>
    public async Task<IReadOnlyList<TaskRecord>?> Fetch(bool failures = true, TimeSpan? wait = null, CancellationToken cancellationToken = default)
    {
        if (Id is null)
            return null;
        // A client of another kind finds the steps by their label, as everybody else does.
        if (_started is not { } started || Owner is not QClusterClient client)
            return await Owner.FetchGroup(Id, failures, wait, null, cancellationToken).ConfigureAwait(false);
        var finished = 0;
        if (!Options.Sync)
        {
            var progress = await client.LookAtChainAsync(started.Id, wait ?? TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            if (progress is { End: null })
                return null;
            // Once the chain itself is no longer known, its first record is missed too.
            finished = progress?.Finished ?? 1;
        }

        var records = await RecordsAsync(client, started, finished, cancellationToken).ConfigureAwait(false);
        return [.. records.Where(r => failures || r.Success == true)];
    }

    /// <summary>Cancels the running step; no further one starts.</summary>
    /// <param name="cancellationToken">Ends the call, not the cancellation.</param>
    public Task<CancelResult> Cancel(CancellationToken cancellationToken = default) =>
        (_started?.Id.ToString() ?? Id) is { } chain ? Owner.Cancel(chain, cancellationToken) : Task.FromResult(CancelResult.Unknown);

    private IQClusterClient Owner => Client ?? DefaultClient.Instance;

    /// <summary>There must be a record for each step before the last known one, and for at least the number of finished steps; the others did not run.</summary>
    private static async Task<IReadOnlyList<TaskRecord>> RecordsAsync(QClusterClient client, StartedChain started, int finished, CancellationToken cancellationToken)
    {
        var raw = await client.Store.RecordsAsync(started.Steps, cancellationToken).ConfigureAwait(false);
        var records = new List<TaskRecord>();
        int? missing = null;
        for (var i = 0; i < raw.Length; i++)
        {
            TaskRecord? record = null;
            if (!raw[i].IsEmpty)
                record = client.Store.Decoder.DecodeListed(started.Steps[i], raw[i], TaskState.Failed);
            else if (client.Store.Database is { } database && await database.FindAsync(started.Steps[i], cancellationToken).ConfigureAwait(false) is { } saved)
                record = client.Store.Decoder.DecodeListed(saved.Id, saved.Record, saved.State);
            if (record is not null)
                records.Add(record);
            else
                missing ??= i;
            if (missing is { } step && (record is not null || step < finished))
                throw MissingRecord.Of($"the chain {started.Id}", "step", step + 1, raw.Length, started.Steps[step]);
        }

        return records;
    }
}
