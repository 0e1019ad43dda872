using System.Linq.Expressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using System.Runtime.CompilerServices;
using QCluster.Client;
using QCluster.Client.Chains;
using QCluster.Client.Groups;
using QCluster.Execution.Records;
using QCluster.Model;
using QCluster.Queue;
using QCluster.Client.Dead;
using QCluster.Model.Faults;
using QCluster.Execution.Calls;
using QCluster.Execution.Functions;
using QCluster.Client.Monitoring;
using QCluster.Redis;
using QCluster.Client.Results;
using QCluster.Client.Schedules;
using QCluster.Execution.Telemetry;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;
using QCluster.Wire.Values;

namespace QCluster;

/// <inheritdoc cref="IQClusterClient" />
public class QClusterClient : IQClusterClient
{
    private readonly IBroker _broker;
    private readonly QClusterOptions _options;
    private readonly FunctionRegistry? _functions;
    private readonly TimeProvider _clock;
    private readonly PacketSigner _signer;
    private readonly TaskComposer _composer;
    private readonly TaskStore _store;
    private readonly GroupClient _groups;
    private readonly ChainClient _chains;
    private readonly InfoClient _info;
    private readonly IterClient _iters;
    private readonly SyncRunner _sync;
    private readonly WireLimits _limits;
    private readonly ValueSerializer _serializer;

    /// <summary>Creates a client. It connects at its first call.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="loggers">Where reconnections and the like are reported; null = nowhere.</param>
    /// <param name="functions">Names of functions for calls by expression, and what <see cref="TaskOptions.Sync"/> runs; null = attributes and full method names, and the functions of the program's own assembly.</param>
    /// <exception cref="InvalidSettingException">A setting cannot be used.</exception>
    public QClusterClient(QClusterOptions options, ILoggerFactory? loggers = null, FunctionRegistry? functions = null)
        : this(options, CreateBroker(options, loggers), functions, TimeProvider.System)
        => Loggers = loggers;

    internal QClusterClient(QClusterOptions options, ILoggerFactory? loggers, FunctionRegistry? functions, IServiceProvider services)
        : this(options, CreateBroker(options, loggers), functions, TimeProvider.System, services)
        => Loggers = loggers;

    internal QClusterClient(QClusterOptions options, IBroker broker, FunctionRegistry? functions, TimeProvider clock, IServiceProvider? services = null)
    {
        options.Validate();
        _options = options;
        _broker = broker;
        _functions = functions;
        _clock = clock;
        _signer = new PacketSigner(options.Name, [.. options.Secrets]);
        var limits = new WireLimits { MaxLength = options.MaxPacketBytes };
        var serializer = ValueSerializer.Of(options.Json, options.MessagePack);
        var decoder = new RecordDecoder(_signer, limits, serializer);
        _composer = new TaskComposer(options, _signer, serializer);
        _store = new TaskStore(broker, decoder, options.Queue, options.Results is null ? null : ResultStores.Open(options.Results));
        _groups = new GroupClient(broker, _store, options.Queue);
        _chains = new ChainClient(broker, _composer, options);
        _info = new InfoClient(broker, _store);
        _iters = new IterClient(_groups, _store);
        _sync = new SyncRunner(broker, options, _signer, limits, decoder, functions, services, clock);
        Schedules = new ScheduleClient(broker, _composer, decoder, options, _signer, limits, clock);
        Dead = new DeadTasks(broker, _store, options.Queue, Retry);
        _limits = limits;
        _serializer = serializer;
        Successes = FinishedTasks(succeeded: true);
        Failures = FinishedTasks(succeeded: false);
    }

    internal IBroker Broker => _broker;

    /// <summary>The client behind an interface, where what is asked for needs more than the interface.</summary>
    /// <exception cref="NotSupportedException">It is one of the program's own.</exception>
    internal static QClusterClient Of(IQClusterClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client as QClusterClient
            ?? throw new NotSupportedException($"{client.GetType()} is not a {nameof(QClusterClient)}: sets, publishers and consumers need one. In a test use the RecordingClient of QCluster.Testing.");
    }

    internal QClusterOptions Options => _options;

    internal TimeProvider Clock => _clock;

    internal PacketSigner Signer => _signer;

    internal WireLimits Limits => _limits;

    internal ValueSerializer Serializer => _serializer;

    internal TaskComposer Composer => _composer;

    internal GroupClient Groups => _groups;

    /// <summary>Where the program that uses it logs; null = not known.</summary>
    internal ILoggerFactory? Loggers { get; }

    internal TaskStore Store => _store;

    private static RedisBroker CreateBroker(QClusterOptions options, ILoggerFactory? loggers)
    {
        options.Validate();
        var logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger("QCluster.Client");
        FaultPoint.Check();
        var connection = RedisConnection.Create(
            options.ToRedisSettings(),
            new RedisConnectionOptions { ClientName = "qcluster-client", CallTimeout = options.CallTimeout },
            logger,
            TimeProvider.System);
        return new RedisBroker(connection, options.Name, TimeProvider.System, logger);
    }

    /// <inheritdoc />
    public Task<string> Async(string func, params object?[] args) => Async(new TaskCall(func, args));

    /// <inheritdoc />
    public Task<string> Async(TaskCall call, TaskOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        options ??= new TaskOptions();
        return EnqueueActivity.RunAsync(options.Queue ?? _options.Queue, call.Func, sending => SendAsync(call, options, sending, cancellationToken));
    }

    private async Task<string> SendAsync(TaskCall call, TaskOptions options, EnqueueActivity? sending, CancellationToken cancellationToken)
    {
        options.Validate();
        var id = TaskId.New(options.Queue ?? _options.Queue, _clock);
        sending?.TellId(id.ToString());
        var element = _composer.Compose(id, call, options);
        if (options.Sync)
        {
            await _sync.RunAsync(call.Func, element, id.Queue, null, cancellationToken).ConfigureAwait(false);
            return id.ToString();
        }

        return (await EnqueueAsync([element], id.Queue, options, call.Func, cancellationToken).ConfigureAwait(false) ?? id).ToString();
    }

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
    public Task<IReadOnlyList<string>> AsyncBulk(IEnumerable<TaskCall> calls, TaskOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(calls);
        options ??= new TaskOptions();
        return EnqueueActivity.RunAsync(options.Queue ?? _options.Queue, null, sending => SendBulkAsync(calls, options, sending, cancellationToken));
    }

    private async Task<IReadOnlyList<string>> SendBulkAsync(IEnumerable<TaskCall> calls, TaskOptions options, EnqueueActivity? sending, CancellationToken cancellationToken)
    {
        options.Validate();
        if (options.UniqueKey is not null || options.Immediate)
            throw new ArgumentException("UniqueKey and Immediate are for single calls: of many with the same key only one would be enqueued, and of many that want a slot now only some might find one.", nameof(options));
        var queue = options.Queue ?? _options.Queue;
        var ids = new List<string>();
        var elements = new List<byte[]>();
        var functions = new List<string>();
        foreach (var call in calls)
        {
            if (call is null)
                throw new ArgumentException($"Call {elements.Count + 1} of the bulk is null.", nameof(calls));
            var id = TaskId.New(queue, _clock);
            elements.Add(_composer.Compose(id, call, options));
            ids.Add(id.ToString());
            functions.Add(call.Func);
        }

        sending?.Count = ids.Count;
        if (options.Sync)
        {
            for (var i = 0; i < elements.Count; i++)
                await _sync.RunAsync(functions[i], elements[i], queue, null, cancellationToken).ConfigureAwait(false);
        }
        else if (elements.Count > 0)
        {
            await EnqueueAsync(elements, queue, options, null, cancellationToken).ConfigureAwait(false);
        }

        return ids;
    }

    /// <summary>The task that holds the unique key of the one given, if there is one.</summary>
    private async Task<TaskId?> EnqueueAsync(IReadOnlyList<byte[]> elements, string queue, TaskOptions options, string? function, CancellationToken cancellationToken)
    {
        var answer = await _broker.EnqueueAsync(Batch(elements, queue, options) with { DemandedFunction = function }, cancellationToken).ConfigureAwait(false);
        return answer switch
        {
            null => null,
            [(byte)EnqueueDemand.Cluster] => throw new QueueNotServedException(queue),
            [(byte)EnqueueDemand.Slot] => throw new NoFreeSlotException(queue),
            _ when QueueRefusal.IsOne(answer) => throw QueueRefusal.Error(answer, queue, elements.Count),
            { Length: 1 } => throw new NotRegisteredException(function ?? "", $"in any live cluster that serves the queue '{queue}', and the call is mandatory: nothing was enqueued. Start a cluster with --app of the assembly that has it."),
            _ => TaskId.FromBytes(answer, queue),
        };
    }

    private static EnqueueBatch Batch(IReadOnlyList<byte[]> elements, string queue, TaskOptions options) =>
        new(queue, options.Lane, elements, options.Delay, options.Eta, Fresh: true, options.Immediate ? EnqueueDemand.Slot : options.Mandatory ? EnqueueDemand.Cluster : EnqueueDemand.None);

    /// <inheritdoc />
    public async Task<string> AsyncIter(string func, IEnumerable<object?> argsList, TaskOptions? options = null, CancellationToken cancellationToken = default) =>
        await AsyncIter(func, (argsList ?? throw new ArgumentNullException(nameof(argsList))).ToAsyncEnumerable(), options, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public Task<string> AsyncIter(string func, IAsyncEnumerable<object?> argsList, TaskOptions? options = null, CancellationToken cancellationToken = default)
    {
        FunctionRules.CheckCalled(func, nameof(func));
        ArgumentNullException.ThrowIfNull(argsList);
        options ??= new TaskOptions();
        return EnqueueActivity.RunAsync(options.Queue ?? _options.Queue, func, _ => SendIterAsync(func, argsList, options, cancellationToken), isWhole: false);
    }

    private async Task<string> SendIterAsync(string func, IAsyncEnumerable<object?> argsList, TaskOptions options, CancellationToken cancellationToken)
    {
        if (options.Group is not null || options.IgnoreResult || options.Save == false)
            throw new ArgumentException("The tasks of an iteration are a group of their own, and their results are needed: leave out Group, IgnoreResult and Save.", nameof(options));
        var id = TaskId.New(options.Queue ?? _options.Queue, _clock);
        // Without a database all of them must be kept in Redis, or the first would be gone before the last is done.
        var keep = (options.Cached ?? _options.Cached).By(_options.ResultTtl) ?? (_options.Results is null ? _options.ResultTtl : null);
        options = options with { Group = _iters.LabelOf(id), Cached = keep is { } time ? time : Caching.Off };
        await _groups.OpenAsync(options.Group, id.Queue, open: true, keep ?? _options.ResultTtl, cancellationToken).ConfigureAwait(false);
        var calls = new List<TaskCall>(IterClient.Part);
        await foreach (var args in argsList.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var (positional, named) = ArgumentList.OfElement(args);
            calls.Add(new TaskCall(func) { Args = positional, Kwargs = named });
            if (calls.Count < IterClient.Part)
                continue;
            await AsyncBulk(calls, options, cancellationToken).ConfigureAwait(false);
            calls.Clear();
        }

        await AsyncBulk(calls, options, cancellationToken).ConfigureAwait(false);
        await _groups.OpenAsync(options.Group, id.Queue, open: false, keep ?? _options.ResultTtl, cancellationToken).ConfigureAwait(false);
        return id.ToString();
    }

    /// <inheritdoc />
    public async Task<string> AsyncChain(IEnumerable<ChainStep> steps, ChainOptions? options = null, CancellationToken cancellationToken = default) =>
        (await StartChainAsync(steps, options, cancellationToken).ConfigureAwait(false)).Group;

    internal async Task<StartedChain> StartChainAsync(IEnumerable<ChainStep> steps, ChainOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(steps);
        options ??= new ChainOptions();
        options.Validate();
        var all = steps.ToArray();
        if (all.Length == 0)
            throw new ArgumentException("A chain has at least one step.", nameof(steps));
        if (Array.IndexOf(all, null) is >= 0 and var missing)
            throw new ArgumentException($"Step {missing + 1} of the chain is null.", nameof(steps));
        var chain = TaskId.New(options.Queue ?? all[0].Options?.Queue ?? _options.Queue, _clock);
        var label = options.Group ?? chain.Value.ToString("N");
        var ids = Array.ConvertAll(all, step => TaskId.New(step.Options?.Queue ?? chain.Queue, _clock));
        var started = new StartedChain(chain, chain.Queue == (options.Group is null ? TaskId.DefaultQueue : _options.Queue) ? label : $"{label}@{chain.Queue}", ids);
        return await EnqueueActivity.RunAsync(chain.Queue, null, SendChainAsync).ConfigureAwait(false);

        async Task<StartedChain> SendChainAsync(EnqueueActivity? sending)
        {
            sending?.Count = all.Length;
            sending?.TellGroup(label);
            if (options.Sync)
                await RunChainHereAsync(chain, all, ids, label, options, cancellationToken).ConfigureAwait(false);
            else
                await _chains.StartAsync(chain, ids, all, label, options, cancellationToken).ConfigureAwait(false);
            return started;
        }
    }

    private async Task RunChainHereAsync(TaskId chain, ChainStep[] steps, TaskId[] ids, string label, ChainOptions options, CancellationToken cancellationToken)
    {
        object? previous = null;
        for (var i = 0; i < steps.Length; i++)
        {
            var taskOptions = (steps[i].Options ?? new TaskOptions()) with { Group = label };
            var isLast = i == steps.Length - 1;
            taskOptions = taskOptions with { Cached = taskOptions.Cached ?? options.Cached };
            var call = steps[i].Call with
            {
                Args = [.. steps[i].Call.Args.Select(a => a is PreviousResult ? previous : a)],
                Kwargs = steps[i].Call.Kwargs?.ToDictionary(k => k.Key, k => k.Value is PreviousResult ? previous : k.Value, StringComparer.Ordinal),
            };
            var hook = options.Hook is { } func ? _composer.ComposeHook(chain.ForHook(), func, options.HookArgs is { } args ? _composer.HookArguments(func, args) : null, null, label) : null;
            await _sync.RunAsync(
                call.Func,
                _composer.Compose(ids[i], call, taskOptions),
                ids[i].Queue,
                state => _composer.Compose(ids[i], call, taskOptions, isLast || EndsChain(state) ? hook : null),
                cancellationToken).ConfigureAwait(false);
            var record = await Fetch(ids[i].ToString(), null, cancellationToken).ConfigureAwait(false);
            if (record?.Success == false && !options.ContinueOnFailure)
                return;
            previous = record?.Success == true ? record.Result : null;
        }

        bool EndsChain(TaskState state) => state != TaskState.Succeeded && !options.ContinueOnFailure;
    }

    internal Task<ChainProgress?> LookAtChainAsync(TaskId chain, TimeSpan wait, CancellationToken cancellationToken) => _chains.LookAsync(chain, wait, cancellationToken);

    /// <inheritdoc />
    public async Task<object?> Result(string idOrName, TimeSpan? wait = null, CancellationToken cancellationToken = default) =>
        (await Fetch(idOrName, wait, cancellationToken).ConfigureAwait(false))?.Result;

    /// <inheritdoc />
    public async Task<T> Result<T>(string idOrName, TimeSpan? wait = null, CancellationToken cancellationToken = default)
    {
        var task = await _store.ResolveAsync(idOrName, cancellationToken).ConfigureAwait(false) ?? throw new UnknownTaskException(idOrName);
        var limit = wait ?? Timeout.InfiniteTimeSpan;
        var lookup = await _store.WaitAsync(task, limit, cancellationToken).ConfigureAwait(false);
        if (lookup.Place == TaskPlace.Unknown)
        {
            var found = await _iters.ResultAsync<T>(task, limit, cancellationToken).ConfigureAwait(false);
            return found.IsKnown ? found.Value! : throw new UnknownTaskException(idOrName);
        }

        if (lookup.Place != TaskPlace.Finished)
            throw new TimeoutException($"The task {idOrName} was not finished within {limit.TotalSeconds:0.###} s.");
        if (lookup.Record.IsEmpty)
            throw new UnknownTaskException(idOrName, $"The task {idOrName} has succeeded, but its result is not there: it was not to be kept (IgnoreResult, or Save = false). Enqueue it without that to read its value.");
        return _store.Decoder.Value<T>(task, lookup.Record);
    }

    /// <inheritdoc />
    public async Task<TaskRecord?> Fetch(string idOrName, TimeSpan? wait = null, CancellationToken cancellationToken = default)
    {
        if (await _store.ResolveAsync(idOrName, cancellationToken).ConfigureAwait(false) is not { } task)
            return null;
        var limit = wait ?? TimeSpan.Zero;
        var lookup = await _store.WaitAsync(task, limit, cancellationToken).ConfigureAwait(false);
        if (lookup.Place == TaskPlace.Unfinished)
            lookup = await _broker.LookupAsync(task, cancellationToken).ConfigureAwait(false);
        return lookup.Place == TaskPlace.Unknown
            ? await _iters.FetchAsync(task, limit, cancellationToken).ConfigureAwait(false)
            : _store.Decoder.Decode(task, lookup);
    }

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
    public async Task<long> Purge(string? queue = null, CancellationToken cancellationToken = default)
    {
        queue ??= _options.Queue;
        long total = 0;
        while (true)
        {
            var ids = await _broker.RunAsync(new ScriptCall(QueueScript.Waiting, queue, "w", []), cancellationToken).ConfigureAwait(false);
            if (ids.Items.Count == 0)
                return total;
            var results = await Task.WhenAll(ids.Items.Select(id => CancelTaskAsync(TaskId.FromBytes(id.Bytes, queue), cancellationToken))).ConfigureAwait(false);
            var cancelled = results.Count(r => r == CancelResult.Cancelled);
            total += cancelled;
            // What cannot be cancelled has begun meanwhile, or 'qcluster doctor' must look at it.
            if (cancelled == 0)
                return total;
        }
    }

    /// <summary>The same client once more, with a connection of its own; inside a task both go through the cluster's.</summary>
    internal QClusterClient Another() => _broker is RedisBroker ? new QClusterClient(_options, null, _functions) : new QClusterClient(_options, _broker, _functions, _clock);

    /// <inheritdoc />
    public Task<long> CountGroup(string group, bool failures = false, CancellationToken cancellationToken = default) => _groups.CountAsync(group, failures, cancellationToken);

    /// <inheritdoc />
    public Task<long> DeleteGroup(string group, bool tasks = false, CancellationToken cancellationToken = default) => _groups.DeleteAsync(group, tasks, cancellationToken);

    /// <inheritdoc />
    public async Task<bool> DeleteCached(string idOrName, CancellationToken cancellationToken = default)
    {
        if (await _store.ResolveAsync(idOrName, cancellationToken).ConfigureAwait(false) is not { } task)
            return false;
        var reply = await _broker.RunAsync(new ScriptCall(QueueScript.Forget, task.Queue, "r:", task.ToBytes(), ScriptCall.Text("")), cancellationToken).ConfigureAwait(false);
        return reply.Number == 1;
    }

    /// <inheritdoc />
    public IFinishedTasks Successes { get; }

    /// <inheritdoc />
    public IFinishedTasks Failures { get; }

    private IFinishedTasks FinishedTasks(bool succeeded) => _store.Database is { } database
        ? new DatabaseTasks(database, _store.Decoder, succeeded)
        : new RedisTasks(_broker, _store, _options.Queue, succeeded);

    /// <inheritdoc />
    public async Task<string> Retry(string idOrName, CancellationToken cancellationToken = default)
    {
        var task = await _store.ResolveAsync(idOrName, cancellationToken).ConfigureAwait(false) ?? throw new UnknownTaskException(idOrName);
        var lookup = await _store.WaitAsync(task, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        if (lookup.Place == TaskPlace.Unknown)
            throw new UnknownTaskException(idOrName);
        if (lookup.Place != TaskPlace.Finished)
            throw new InvalidOperationException($"The task {idOrName} is not finished: only finished tasks can be run again.");
        var packet = (lookup.Record.IsEmpty ? null : _store.Decoder.PacketOf(task, lookup.Record))
            ?? throw new InvalidOperationException($"What the task {idOrName} was called with was not kept, or was refused, so it cannot be run again.");
        var id = TaskId.New(task.Queue, _clock);
        var element = _composer.Recompose(id, packet);
        await _broker.EnqueueOrThrowAsync(new EnqueueBatch(id.Queue, packet.Lane, [element]), cancellationToken).ConfigureAwait(false);
        return id.ToString();
    }

    /// <inheritdoc />
    public async Task<CancelResult> Cancel(string idOrName, CancellationToken cancellationToken = default)
    {
        if (await _store.ResolveAsync(idOrName, cancellationToken).ConfigureAwait(false) is not { } task)
            return await CancelChainOfAsync(idOrName, cancellationToken).ConfigureAwait(false);
        var result = await CancelTaskAsync(task, cancellationToken).ConfigureAwait(false);
        return result == CancelResult.Unknown ? await CancelChainAsync(task, cancellationToken).ConfigureAwait(false) : result;
    }

    /// <inheritdoc />
    public Task<TaskInfo?> GetTaskInfo(string idOrName, CancellationToken cancellationToken = default) => _info.GetTaskAsync(idOrName, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<TaskInfo>> GetTasks(string? queue = null, int limit = 200, CancellationToken cancellationToken = default) => _info.GetTasksAsync(queue ?? _options.Queue, limit, cancellationToken);

    /// <inheritdoc />
    public Task<SupervisorInfo> GetInfo(string? queue = null, CancellationToken cancellationToken = default) => _info.GetAsync(queue ?? _options.Queue, cancellationToken);

    /// <summary>The live clusters that serve a queue.</summary>
    internal Task<IReadOnlyList<ClusterDescription>> ClustersAsync(string queue, CancellationToken cancellationToken) => _info.ClustersAsync(queue, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<QueueSample>> GetHistory(string? queue = null, CancellationToken cancellationToken = default) => _info.HistoryAsync(queue ?? _options.Queue, cancellationToken);

    /// <inheritdoc />
    public Task<ClusterHealth> CheckHealth(ClusterHealthOptions? options = null, CancellationToken cancellationToken = default) =>
        new HealthChecker(_broker, _info, options ?? new ClusterHealthOptions(), _clock).CheckAsync(cancellationToken);

    /// <summary>Null where this client has no connection of its own.</summary>
    internal async Task<(string Display, IReadOnlyDictionary<string, string> Info)?> BrokerStatusAsync(CancellationToken cancellationToken) =>
        _broker is RedisBroker redis ? await redis.StatusAsync(cancellationToken).ConfigureAwait(false) : null;

    internal ClusterWatch WatchClusters(string queue) => _info.Watch(queue);

    /// <inheritdoc />
    public Task<bool> PauseQueue(string? queue = null, CancellationToken cancellationToken = default) => _info.PauseAsync(queue ?? _options.Queue, pause: true, cancellationToken);

    /// <inheritdoc />
    public Task<bool> ResumeQueue(string? queue = null, CancellationToken cancellationToken = default) => _info.PauseAsync(queue ?? _options.Queue, pause: false, cancellationToken);

    /// <inheritdoc />
    public async Task<QueueRemoval> RemoveQueue(string queue, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(queue);
        return (await Queues(cancellationToken).ConfigureAwait(false)).Contains(queue, StringComparer.Ordinal)
            ? await _info.RemoveQueueAsync(queue, cancellationToken).ConfigureAwait(false)
            : QueueRemoval.Unknown;
    }

    /// <inheritdoc />
    public Task<long> CancelGroup(string group, CancellationToken cancellationToken = default)
    {
        var (label, queue) = GroupLabel.Parse(group, _options.Queue);
        return new GroupCancellation(_info, _groups, _broker, CancelTaskAsync, _clock).CancelAsync(label, queue, cancellationToken);
    }

    private async Task<CancelResult> CancelChainOfAsync(string group, CancellationToken cancellationToken)
    {
        var (label, queue) = GroupLabel.Parse(group, _options.Queue);
        return await _chains.FindAsync(label, queue, cancellationToken).ConfigureAwait(false) is { } chain
            ? await CancelChainAsync(chain.Id, cancellationToken).ConfigureAwait(false)
            : CancelResult.Unknown;
    }

    private async Task<CancelResult> CancelChainAsync(TaskId chain, CancellationToken cancellationToken)
    {
        var (result, step) = await _chains.CancelAsync(chain, cancellationToken).ConfigureAwait(false);
        if (step is not null)
            await CancelTaskAsync(step.Value, cancellationToken).ConfigureAwait(false);
        return result;
    }

    private Task<CancelResult> CancelTaskAsync(TaskId task, CancellationToken cancellationToken)
    {
        var outcome = new TaskOutcome
        {
            State = TaskState.Cancelled,
            Attempt = 0,
            Stopped = _clock.GetUtcNow(),
            Worker = "",
            Cluster = "",
            Error = TaskVerdict.CancelledBefore.Error,
        };
        return _broker.CancelAsync(task, outcome.ToBytes(task, _signer, _options.Compress), -_options.ResultTtl, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<long> QueueSize(string? queue = null, CancellationToken cancellationToken = default) =>
        (await Sizes(queue, cancellationToken).ConfigureAwait(false)).Waiting;

    /// <inheritdoc />
    public Task<QueueSizes> Sizes(string? queue = null, CancellationToken cancellationToken = default) =>
        _broker.SizesAsync(queue ?? _options.Queue, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> Queues(CancellationToken cancellationToken = default) => _broker.QueuesAsync(cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
