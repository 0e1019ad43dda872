using System.Linq.Expressions;
using QCluster.Settings;

namespace QCluster;

/// <summary>
/// The client as static calls: <c>using static QCluster.Tasks;</c>. Inside a task, and in a program that called
/// <c>AddQCluster</c>, it is that client (from the start of its host, or from when it is first resolved); else one made at the
/// first use, with settings from the environment (<c>QCLUSTER_REDIS</c>, <c>QCLUSTER_NAME</c>, ...).
/// </summary>
public static class Tasks
{
    private static readonly Lock Gate = new();
    private static IQClusterClient? _default;

    /// <summary>The client behind the static calls. Set it before the first of them, or leave it to the environment.</summary>
    public static IQClusterClient Default
    {
        get
        {
            lock (Gate)
                return _default ??= new QClusterClient(new SettingsReader().ReadClient());
        }

        set
        {
            lock (Gate)
                _default = value;
        }
    }

    /// <inheritdoc cref="IQClusterClient.Async(string, object?[])" />
    public static Task<string> Async(string func, params object?[] args) => Default.Async(func, args);

    /// <inheritdoc cref="IQClusterClient.Async(TaskCall, TaskOptions?, CancellationToken)" />
    public static Task<string> Async(TaskCall call, TaskOptions? options = null, CancellationToken cancellationToken = default) => Default.Async(call, options, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.Async(Expression{Action}, TaskOptions?, CancellationToken)" />
    public static Task<string> Async(Expression<Action> call, TaskOptions? options = null, CancellationToken cancellationToken = default) => Default.Async(call, options, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.Async{T}(Expression{Func{T}}, TaskOptions?, CancellationToken)" />
    public static Task<string> Async<T>(Expression<Func<T>> call, TaskOptions? options = null, CancellationToken cancellationToken = default) => Default.Async(call, options, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.AsyncBulk" />
    public static Task<IReadOnlyList<string>> AsyncBulk(IEnumerable<TaskCall> calls, TaskOptions? options = null, CancellationToken cancellationToken = default) => Default.AsyncBulk(calls, options, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.Result(string, TimeSpan?, CancellationToken)" />
    public static Task<object?> Result(string id, TimeSpan? wait = null, CancellationToken cancellationToken = default) => Default.Result(id, wait, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.Result{T}(string, TimeSpan?, CancellationToken)" />
    public static Task<T> Result<T>(string id, TimeSpan? wait = null, CancellationToken cancellationToken = default) => Default.Result<T>(id, wait, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.Fetch" />
    public static Task<TaskRecord?> Fetch(string id, TimeSpan? wait = null, CancellationToken cancellationToken = default) => Default.Fetch(id, wait, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.Cancel" />
    public static Task<CancelResult> Cancel(string id, CancellationToken cancellationToken = default) => Default.Cancel(id, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.QueueSize" />
    public static Task<long> QueueSize(string? queue = null, CancellationToken cancellationToken = default) => Default.QueueSize(queue, cancellationToken);
}
