using QCluster.Client;
using QCluster.Model;

namespace QCluster;

/// <summary>One task as an object: configure it, run it, read its result.</summary>
/// <remarks>Not thread-safe. After a change the object stands for a task that has not been run.</remarks>
/// <param name="func">The registered name.</param>
/// <param name="args">The arguments: as for <see cref="TaskCall(string, object?[])"/>.</param>
public sealed class AsyncTask(string func, params object?[] args)
{
    private TaskCall _call = new(func, args);
    private TaskOptions _options = new();

    /// <summary>Function and arguments.</summary>
    public TaskCall Call
    {
        get => _call;
        set
        {
            _call = value;
            Id = null;
        }
    }

    /// <summary>The options of the task.</summary>
    public TaskOptions Options
    {
        get => _options;
        set
        {
            _options = value;
            Id = null;
        }
    }

    /// <summary>The client of the task.</summary>
    /// <value>Default null: <see cref="Tasks.Default"/>.</value>
    public IQClusterClient? Client { get; set; }

    /// <summary>The id of the task; null until it has been run since its last change.</summary>
    public string? Id { get; private set; }

    private IQClusterClient Owner => Client ?? DefaultClient.Instance;

    /// <summary>Enqueues the task.</summary>
    /// <param name="cancellationToken">Ends the call. The task may have been enqueued.</param>
    /// <returns>Its id.</returns>
    public async Task<string> Run(CancellationToken cancellationToken = default) =>
        Id = await Owner.Async(Call, Options, cancellationToken).ConfigureAwait(false);

    /// <summary>Returns the value, or null.</summary>
    /// <param name="wait">The maximum time to wait for it. Null or zero: returns at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<object?> Result(TimeSpan? wait = null, CancellationToken cancellationToken = default) =>
        Id is null ? null : await Owner.Result(Id, wait, cancellationToken).ConfigureAwait(false);

    /// <summary>Returns the value, or null.</summary>
    /// <param name="wait">The maximum time to wait for it, in milliseconds. Below 0: no limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<object?> Result(int wait, CancellationToken cancellationToken = default) => Result(Milliseconds.Of(wait), cancellationToken);

    /// <summary>Returns the record, or null.</summary>
    /// <param name="wait">The maximum time to wait for it. Null or zero: returns at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<TaskRecord?> Fetch(TimeSpan? wait = null, CancellationToken cancellationToken = default) =>
        Id is null ? null : await Owner.Fetch(Id, wait, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc cref="IQClusterClient.ResultGroup" />
    public async Task<IReadOnlyList<object?>?> ResultGroup(bool failures = false, TimeSpan? wait = null, int? count = null, CancellationToken cancellationToken = default) =>
        GroupId is { } group ? await Owner.ResultGroup(group, failures, wait, count, cancellationToken).ConfigureAwait(false) : null;

    /// <inheritdoc cref="IQClusterClient.FetchGroup" />
    public async Task<IReadOnlyList<TaskRecord>?> FetchGroup(bool failures = true, TimeSpan? wait = null, int? count = null, CancellationToken cancellationToken = default) =>
        GroupId is { } group ? await Owner.FetchGroup(group, failures, wait, count, cancellationToken).ConfigureAwait(false) : null;

    private string? GroupId => Options.Group is { } group && Options.Queue is { } queue ? $"{group}@{queue}" : Options.Group;
}
