using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using QCluster.Client.Cancellation;
using QCluster.Client.Chains;
using QCluster.Client.Dead;
using QCluster.Client.Enqueueing;
using QCluster.Client.Groups;
using QCluster.Client.Inline;
using QCluster.Client.Monitoring;
using QCluster.Client.Queues;
using QCluster.Client.Results;
using QCluster.Client.Schedules;
using QCluster.Execution.Records;
using QCluster.Model;
using QCluster.Model.Faults;
using QCluster.Queue;
using QCluster.Queue.Chains;
using QCluster.Redis;
using QCluster.Wire.Packets;

namespace QCluster;

/// <inheritdoc cref="IQClusterClient" />
public class QClusterClient : IQClusterClient
{
    private readonly IScriptTransport _transport;
    private readonly ClientScripts _scripts;
    private readonly QClusterOptions _options;
    private readonly FunctionRegistry? _functions;
    private readonly TimeProvider _clock;
    private readonly PacketFormat _format;
    private readonly TaskComposer _composer;
    private readonly TaskStore _store;
    private readonly EnqueueClient _enqueueing;
    private readonly GroupClient _groups;
    private readonly IterClient _iters;
    private readonly ResultClient _results;
    private readonly ChainClient _chains;
    private readonly ChainStarter _chainStarter;
    private readonly CancelClient _cancel;
    private readonly InfoClient _info;

    /// <summary>Creates a client. The first call connects.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="loggers">The logs for reconnections and other events. Null: none.</param>
    /// <param name="functions">The names of functions for calls by expression, and the functions for <see cref="TaskOptions.Sync"/>. Null: attributes and full method names, and the functions of the program's own assembly.</param>
    /// <exception cref="InvalidSettingException">A setting is invalid.</exception>
    public QClusterClient(QClusterOptions options, ILoggerFactory? loggers = null, FunctionRegistry? functions = null)
        : this(options, Connect(options, loggers), functions, TimeProvider.System)
        => Loggers = loggers;

    internal QClusterClient(QClusterOptions options, ILoggerFactory? loggers, FunctionRegistry? functions, IServiceProvider services)
        : this(options, Connect(options, loggers), functions, TimeProvider.System, services)
        => Loggers = loggers;

    internal QClusterClient(QClusterOptions options, IScriptTransport transport, FunctionRegistry? functions, TimeProvider clock, IServiceProvider? services = null)
    {
        options.Validate();
        _options = options;
        _transport = transport;
        _scripts = new ClientScripts(transport);
        _functions = functions;
        _clock = clock;
        _format = options.ToPacketFormat();
        var decoder = new RecordDecoder(_format);
        _composer = new TaskComposer(options, _format);
        _store = new TaskStore(_scripts, decoder, options.Queue, options.Results is null ? null : ResultStores.Open(options.Results));
        var sync = new SyncRunner(_scripts.Results, options, _format, functions, services, clock);
        _enqueueing = new EnqueueClient(_scripts.Tasks, _composer, _store, sync, options, clock);
        _groups = new GroupClient(_scripts, _store, options.Queue);
        _iters = new IterClient(_groups, _store, _enqueueing, options, clock);
        _results = new ResultClient(_scripts, _store, _iters);
        _chains = new ChainClient(_scripts.Chains, _composer, options);
        _chainStarter = new ChainStarter(_chains, new InlineChain(sync, _composer, _results), options, clock);
        _info = new InfoClient(_scripts, _store);
        _cancel = new CancelClient(_scripts.Tasks, _store, _chains, _groups, _info, options, _format, clock);
        Queues = new QueueClient(_scripts, _cancel, options.Queue);
        Monitoring = new MonitoringClient(_scripts.Queues, _info, options.Queue, clock);
        Schedules = new ScheduleClient(_scripts, _composer, decoder, options, clock);
        Dead = new DeadTasks(_scripts.Dead, _store, options.Queue, Retry);
        Successes = _results.Finished(succeeded: true, options.Queue);
        Failures = _results.Finished(succeeded: false, options.Queue);
    }

    internal ClientScripts Scripts => _scripts;

    /// <summary>The connection of the client; null inside a task, whose calls use the cluster's connection, and in a recording client.</summary>
    internal RedisTransport? Redis => _transport as RedisTransport;

    /// <summary>Returns the client behind an interface, for calls that need more than the interface.</summary>
    /// <exception cref="NotSupportedException">The client is an implementation of the program.</exception>
    internal static QClusterClient Of(IQClusterClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client as QClusterClient
            ?? throw new NotSupportedException($"{client.GetType()} is not a {nameof(QClusterClient)}: sets, publishers and consumers need one. In a test use the RecordingClient of QCluster.Testing.");
    }

    internal QClusterOptions Options => _options;

    internal TimeProvider Clock => _clock;

    internal PacketFormat Format => _format;

    internal TaskComposer Composer => _composer;

    internal GroupClient Groups => _groups;

    /// <summary>The logs of the program. Null: not known.</summary>
    internal ILoggerFactory? Loggers { get; }

    internal TaskStore Store => _store;

    private static RedisTransport Connect(QClusterOptions options, ILoggerFactory? loggers)
    {
        options.Validate();
        var logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger("QCluster.Client");
        FaultPoint.Check();
        var connection = RedisConnection.Create(
            options.ToRedisSettings(),
            new RedisConnectionOptions { ClientName = "qcluster-client", CallTimeout = options.CallTimeout },
            logger,
            TimeProvider.System);
        return new RedisTransport(connection, options.Name, TimeProvider.System, logger);
    }

    /// <inheritdoc />
    public Task<string> Async(string func, params object?[] args) => Async(new TaskCall(func, args));

    /// <inheritdoc />
    public Task<string> Async(TaskCall call, TaskOptions? options = null, CancellationToken cancellationToken = default) => _enqueueing.EnqueueAsync(call, options, cancellationToken);

    /// <inheritdoc />
    public Task<string> Async(Expression<Action> call, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Async(CallExpression.Read(call, _functions), options, cancellationToken);

    /// <inheritdoc />
    public Task<string> Async<T>(Expression<Func<T>> call, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Async(CallExpression.Read(call, _functions), options, cancellationToken);

    /// <inheritdoc />
    public Task<string> AsyncOn<TService>(Expression<Action<TService>> call, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Async(CallExpression.Read(call, _functions), options, cancellationToken);

    /// <inheritdoc />
    public Task<string> AsyncOn<TService>(Expression<Func<TService, Task>> call, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Async(CallExpression.Read(call, _functions), options, cancellationToken);

    /// <inheritdoc />
    public Task<string> AsyncOn<TService>(Expression<Func<TService, ValueTask>> call, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Async(CallExpression.Read(call, _functions), options, cancellationToken);

    /// <inheritdoc />
    public Task<string> AsyncOn<TService, TResult>(Expression<Func<TService, TResult>> call, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        Async(CallExpression.Read(call, _functions), options, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> AsyncBulk(IEnumerable<TaskCall> calls, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        _enqueueing.EnqueueBulkAsync(calls, options, cancellationToken);

    /// <inheritdoc />
    public async Task<string> AsyncIter(string func, IEnumerable<object?> argsList, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        await AsyncIter(func, (argsList ?? throw new ArgumentNullException(nameof(argsList))).ToAsyncEnumerable(), options, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public Task<string> AsyncIter(string func, IAsyncEnumerable<object?> argsList, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        _iters.StartAsync(func, argsList, options, cancellationToken);

    /// <inheritdoc />
    public async Task<string> AsyncChain(IEnumerable<ChainStep> steps, ChainOptions? options = null, CancellationToken cancellationToken = default) =>
        (await StartChainAsync(steps, options, cancellationToken).ConfigureAwait(false)).Group;

    internal Task<StartedChain> StartChainAsync(IEnumerable<ChainStep> steps, ChainOptions? options, CancellationToken cancellationToken) => _chainStarter.StartAsync(steps, options, cancellationToken);

    internal Task<ChainProgress?> LookAtChainAsync(TaskId chain, TimeSpan wait, CancellationToken cancellationToken) => _chains.LookAsync(chain, wait, cancellationToken);

    /// <inheritdoc />
    public async Task<object?> Result(string idOrName, TimeSpan? wait = null, CancellationToken cancellationToken = default) =>
        (await Fetch(idOrName, wait, cancellationToken).ConfigureAwait(false))?.Result;

    /// <inheritdoc />
    public Task<T> Result<T>(string idOrName, TimeSpan? wait = null, CancellationToken cancellationToken = default) => _results.ResultAsync<T>(idOrName, wait, cancellationToken);

    /// <inheritdoc />
    public Task<TaskRecord?> Fetch(string idOrName, TimeSpan? wait = null, CancellationToken cancellationToken = default) => _results.FetchAsync(idOrName, wait, cancellationToken);

    /// <inheritdoc />
    public Task<object?> GetResult(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Result(name, null, cancellationToken);
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<object?>?> ResultGroup(string group, bool failures = false, TimeSpan? wait = null, int? count = null, CancellationToken cancellationToken = default) =>
        _groups.ResultsAsync(group, failures, wait, count, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<TaskRecord>?> FetchGroup(string group, bool failures = true, TimeSpan? wait = null, int? count = null, CancellationToken cancellationToken = default) =>
        _groups.FetchAsync(group, failures, wait, count, cancellationToken);

    /// <inheritdoc />
    public async IAsyncEnumerable<TaskRecord> WatchGroup(string group, int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var seen = 0; seen < count;)
        {
            if (await _groups.NextAsync(group, seen, cancellationToken).ConfigureAwait(false) is not { } records)
                yield break;
            foreach (var record in records)
            {
                seen++;
                yield return record;
            }
        }
    }

    /// <inheritdoc />
    public ISchedules Schedules { get; }

    /// <inheritdoc />
    public IDeadTasks Dead { get; }

    /// <inheritdoc />
    public IQueues Queues { get; }

    /// <inheritdoc />
    public IMonitoring Monitoring { get; }

    /// <summary>The same client with a separate connection; inside a task both use the cluster's.</summary>
    internal QClusterClient Another() => Redis is not null ? new QClusterClient(_options, null, _functions) : new QClusterClient(_options, _transport, _functions, _clock);

    /// <inheritdoc />
    public Task<long> CountGroup(string group, bool failures = false, CancellationToken cancellationToken = default) => _groups.CountAsync(group, failures, cancellationToken);

    /// <inheritdoc />
    public Task<long> DeleteGroup(string group, bool tasks = false, CancellationToken cancellationToken = default) => _groups.DeleteAsync(group, tasks, cancellationToken);

    /// <inheritdoc />
    public Task<bool> DeleteCached(string idOrName, CancellationToken cancellationToken = default) => _results.DeleteAsync(idOrName, cancellationToken);

    /// <inheritdoc />
    public IFinishedTasks Successes { get; }

    /// <inheritdoc />
    public IFinishedTasks Failures { get; }

    /// <inheritdoc />
    public Task<string> Retry(string idOrName, CancellationToken cancellationToken = default) => _enqueueing.EnqueueAgainAsync(idOrName, cancellationToken);

    /// <inheritdoc />
    public Task<CancelResult> Cancel(string idOrName, CancellationToken cancellationToken = default) => _cancel.CancelAsync(idOrName, cancellationToken);

    /// <inheritdoc />
    public Task<TaskInfo?> GetTaskInfo(string idOrName, CancellationToken cancellationToken = default) => _info.GetTaskAsync(idOrName, cancellationToken);

    /// <summary>Null if this client has no connection of its own.</summary>
    internal async Task<(string Display, IReadOnlyDictionary<string, string> Info)?> BrokerStatusAsync(CancellationToken cancellationToken) =>
        Redis is { } redis ? await redis.StatusAsync(cancellationToken).ConfigureAwait(false) : null;

    internal ClusterWatch WatchClusters(string queue) => _info.Watch(queue);

    /// <inheritdoc />
    public Task<long> CancelGroup(string group, CancellationToken cancellationToken = default) => _cancel.CancelGroupAsync(group, cancellationToken);

    /// <inheritdoc />
    public async Task<long> QueueSize(string? queue = null, CancellationToken cancellationToken = default) =>
        (await Queues.Sizes(queue, cancellationToken).ConfigureAwait(false)).Waiting;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
