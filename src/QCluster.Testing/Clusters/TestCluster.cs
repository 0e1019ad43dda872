using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.ExceptionServices;
using MessagePack;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using QCluster.TaskClasses.Consumers;
using QCluster.Hosting;
using QCluster.Hosting.Monitor.Mail;
using QCluster.Hosting.Monitor;
using QCluster.Hosting.Children;
using QCluster.Hosting.Worker;
using QCluster.Client.Inline;
using QCluster.Queue;
using QCluster.Queue.Clusters;
using QCluster.Redis;
using QCluster.Client.Results;
using QCluster.Testing.Clusters;
using QCluster.Wire;
using QCluster.Wire.Values;
using StackExchange.Redis;

namespace QCluster.Testing;

/// <summary>
/// A cluster inside the test's own process, for integration tests: real tasks in a real Redis, run by the functions and services of the test, with working breakpoints. Queues, priorities,
/// delays, retries, hooks, chains, groups, limits, unique keys, schedules and records come from the same scripts as in production.
/// </summary>
/// <remarks>
/// <para>It starts within a fraction of a second, so a cluster for each test is as good as one for each fixture. Clusters with different names are separate, so tests may run concurrently on one
/// server. Dispose it: it drains within <c>Options.Grace</c>, stops the <c>redis-server</c> that it started, and on a given server deletes the keys of a generated name.</para>
/// <para>There are no processes, so their effects are missing: a task that ignores its token is not killed for a time-out, a time limit or a cancel,
/// which only cancel the token; a crash, an exit or a stack overflow of a task ends the test process; an isolated task runs beside the others; no worker is ever lost or replaced;
/// there are no reserves for higher priorities. Tasks share the process's statics. Use a started <c>qcluster</c> or a program with <c>AddQClusterWorker</c> to test that.</para>
/// </remarks>
public sealed class TestCluster : IAsyncDisposable
{
    private static readonly TimeSpan IdlePause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan MaxIdleWait = TimeSpan.FromSeconds(30);

    private readonly Stack<Func<ValueTask>> _parts = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ClusterOptions _options;
    private readonly bool _ownsName;
    private TestRunner? _runner;
    private RedisConnection? _connection;
    private ClusterQueue[] _brokers = [];
    private ServiceProvider? _services;
    private QClusterClient? _client;

    private TestCluster(TestClusterBuilder builder)
    {
        _options = builder.Options;
        _ownsName = _options.Name == new ClusterOptions().Name;
        if (_ownsName)
            _options.Name = "test-" + Guid.NewGuid().ToString("N")[..12];
    }

    /// <summary>A client of this cluster. Its tasks get it by injection and through the static calls of <see cref="Tasks"/>.</summary>
    public QClusterClient Client => _client!;

    /// <summary>The services of the functions.</summary>
    public IServiceProvider Services => _services!;

    /// <summary>The cluster's name: a random one unless it is set.</summary>
    public string Name => _options.Name;

    /// <summary>The address of its Redis, for further clients.</summary>
    public string Redis => _options.Redis;

    /// <summary>Starts a cluster. On return it claims tasks, has announced its functions, and has schedules for its periodic tasks.</summary>
    /// <param name="configure">Sets functions, services and settings. Null: no functions.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="IOException">No Redis is set, and the server that is started instead does not start.</exception>
    /// <exception cref="BrokerException">The set Redis is unavailable.</exception>
    /// <exception cref="InvalidSettingException">A setting is invalid.</exception>
    /// <exception cref="InvalidFunctionException">A function cannot run with these services.</exception>
    [RequiresUnreferencedCode(ReflectionSupport.RunsFunctions)]
    [RequiresDynamicCode(ReflectionSupport.RunsFunctions)]
    public static async Task<TestCluster> StartAsync(Action<TestClusterBuilder>? configure = null, CancellationToken cancellationToken = default)
    {
        var builder = new TestClusterBuilder();
        configure?.Invoke(builder);
        var cluster = new TestCluster(builder);
        try
        {
            await cluster.OpenAsync(builder, cancellationToken).ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task OpenAsync(TestClusterBuilder builder, CancellationToken cancellationToken)
    {
        if (!TemporaryRedis.IsMeant(builder.Redis))
        {
            _options.Redis = builder.Redis!;
        }
        else
        {
            var redis = await TemporaryRedis.StartAsync(builder.Redis, cancellationToken).ConfigureAwait(false);
            _parts.Push(redis.DisposeAsync);
            _options.Redis = redis.Endpoint;
        }

        _options.Validate();
        // Each may block its thread, and the pool is slow to grow.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, _options.Concurrency + 4), ports);

        var settings = new QClusterOptions();
        _options.CopyTo(settings);
        _services = BuildServices(builder, settings);
        _parts.Push(_services.DisposeAsync);
        _options.MailSender = _services.GetService<MailSenderType>()?.Type;
        MailSenders.Require(_options);
        await ResultStores.RequireAsync(_options.Results, cancellationToken).ConfigureAwait(false);
        settings.MessagePack ??= _services.GetService<MessagePackSerializerOptions>();
        builder.Functions.Freeze(_services, ValueSerializer.Of(settings.Json, settings.MessagePack));
        _client = (QClusterClient)_services.GetRequiredService<IQClusterClient>();
        var logger = _services.GetRequiredService<ILoggerFactory>().CreateLogger("QCluster.Testing");

        _connection = Connect("qcluster-test", logger);
        _parts.Push(_connection.DisposeAsync);
        _brokers = [.. _options.EffectiveQueues.Select(queue => new ClusterQueue(_connection, new RedisKeys(Name, queue), _options.MaxPacketBytes))];
        foreach (var broker in _brokers)
        {
            await broker.AnnounceAsync(Name, _options.Results is null ? _options.SaveLimit : null, _options.DeadTtl, _options.Smtp is not null, cancellationToken).ConfigureAwait(false);
            await broker.LimitAsync(_options.QueueLimit, cancellationToken).ConfigureAwait(false);
        }

        if (_ownsName && !TemporaryRedis.IsMeant(builder.Redis))
            _parts.Push(DeleteKeysAsync);

        await RunAsync(builder.Functions, settings, logger, cancellationToken).ConfigureAwait(false);
    }

    private static ServiceProvider BuildServices(TestClusterBuilder builder, QClusterOptions settings)
    {
        var services = builder.ServiceCollection;
        services.AddLogging();
        services.RemoveAll<IQClusterClient>();
        services.RemoveAll<FunctionRegistry>();
        services.AddSingleton(builder.Functions);
        services.AddSingleton<IQClusterClient>(provider => new QClusterClient(settings, provider.GetRequiredService<ILoggerFactory>(), builder.Functions, provider));
        return services.BuildServiceProvider();
    }

    private RedisConnection Connect(string name, ILogger logger) => RedisConnection.Create(
        _options.ToRedisSettings(),
        new RedisConnectionOptions { ClientName = name, CallTimeout = _options.CallTimeout },
        logger,
        TimeProvider.System);

    /// <summary>Joins, and takes tasks from then on.</summary>
    private async Task RunAsync(FunctionRegistry functions, QClusterOptions settings, ILogger logger, CancellationToken cancellationToken)
    {
        var cluster = "test-" + Guid.NewGuid().ToString("N")[..12];
        var child = ChildSettings.Of(_options, cluster, Path.GetTempPath());
        var format = settings.ToPacketFormat();
        var runner = new TestRunner(new InlineRunner(format, functions, child.ToExecution(cluster + ".0"), TimeProvider.System), Client, _options.Concurrency);
        _runner = runner;
        _parts.Push(() =>
        {
            runner.Dispose();
            return default;
        });

        var takers = new List<QueueTaker>();
        foreach (var broker in _brokers)
        {
            var queue = broker.Keys.Queue;
            var place = new ConsumerPlace { Cluster = cluster, State = "test", Concurrency = _options.Concurrency, Running = () => runner.Running, Cancelled = runner.Cancel };
            var transport = new RedisTransport(Connect("qcluster-test-consumer", logger), Name, TimeProvider.System, logger);
            var client = new QClusterClient(settings, transport, null, TimeProvider.System);
            var consumer = new ConsumerMembership(client, transport.ClusterOf(queue, settings.MaxPacketBytes), place);
            _parts.Push(consumer.DisposeAsync);
            await consumer.EnterAsync(cancellationToken).ConfigureAwait(false);
            var cancels = await _connection!.SubscribeAsync(broker.Keys.CancelChannelPrefix + cluster, id => runner.Cancel(new Guid(id, bigEndian: true)), cancellationToken).ConfigureAwait(false);
            _parts.Push(cancels.DisposeAsync);
            takers.Add(new QueueTaker(consumer, queue, runner));
        }

        await AppAnnouncement.TellAsync(cluster, _options.EffectiveQueues, functions, Client, logger).ConfigureAwait(false);
        var store = _options.Results is null ? null : ResultStores.Open(_options.Results);
        var side = new QueueServices(child, _connection!, store, logger, TimeProvider.System).RunAsync(_brokers, _stopping.Token);
        _parts.Push(async () =>
        {
            await side.ConfigureAwait(false);
            if (store is not null)
                await store.DisposeAsync().ConfigureAwait(false);
        });
        var taking = Task.WhenAll(takers.Select(t => Task.Run(() => t.RunAsync(_stopping.Token), CancellationToken.None)));
        _parts.Push(async () =>
        {
            await taking.ConfigureAwait(false);
            await runner.DrainAsync(_options.Grace).ConfigureAwait(false);
        });
    }

    /// <summary>Waits until the cluster is idle: no task waits in its queues, none is due, and none runs, hooks, callbacks and next chain steps included. Delayed tasks that are not due, such as retries, are not waited for.</summary>
    /// <param name="timeout">The maximum time to wait. Null: 30 s.</param>
    /// <param name="includeDelayed">Also waits for delayed tasks, including retries.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">The cluster was not idle in time; the message names the remaining tasks.</exception>
    public async Task WaitForIdleAsync(TimeSpan? timeout = null, bool includeDelayed = false, CancellationToken cancellationToken = default)
    {
        var limit = timeout ?? MaxIdleWait;
        var started = TimeProvider.System.GetTimestamp();
        long? before = null;
        while (true)
        {
            // A task may go from one queue to another between two looks at them; it is then counted as ended, or retried, meanwhile.
            var (left, ended) = await LookAsync(includeDelayed, cancellationToken).ConfigureAwait(false);
            if (left is null && before == ended)
                return;
            if (left is not null && TimeProvider.System.GetElapsedTime(started) > limit)
                throw new TimeoutException($"The cluster was not idle within {limit.TotalSeconds:0.###} s: {left}.");
            before = left is null ? ended : null;
            await Task.Delay(IdlePause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Returns the remaining work, or null, and the number of tasks that have ended.</summary>
    private async Task<(string? Left, long Ended)> LookAsync(bool includeDelayed, CancellationToken cancellationToken)
    {
        var ended = 0L;
        foreach (var broker in _brokers)
        {
            var queue = broker.Keys.Queue;
            var sizes = await Client.Queues.Sizes(queue, cancellationToken).ConfigureAwait(false);
            ended += sizes.Succeeded + sizes.Failed + sizes.Cancelled + sizes.Retried;
            var delayed = includeDelayed ? sizes.Delayed : sizes.Delayed == 0 ? 0 : await DueAsync(broker.Keys, cancellationToken).ConfigureAwait(false);
            var elsewhere = (long)await _connection!.ExecuteAsync("LLEN", [broker.Keys.Outbox], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
            if (sizes.Waiting + sizes.Running + delayed + elsewhere > 0)
                return ($"in the queue '{queue}' {sizes.Waiting} wait, {sizes.Running} run, {delayed} are delayed{(includeDelayed ? "" : " and due")}, {elsewhere} are on their way to other queues", ended);
        }

        return (_runner!.IsIdle ? null : "the last tasks are being settled", ended);
    }

    private async Task<long> DueAsync(RedisKeys keys, CancellationToken cancellationToken)
    {
        var time = (RedisResult[])(await _connection!.ExecuteAsync("TIME", [], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false))!;
        var now = ((long)time[0] * 1000) + ((long)time[1] / 1000);
        return (long)await _connection.ExecuteAsync("ZCOUNT", [keys.Delayed, "-inf", now.ToString(CultureInfo.InvariantCulture)], RetryMode.Idempotent, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All keys have the name in braces, and no other cluster has this name.</summary>
    private async ValueTask DeleteKeysAsync()
    {
        foreach (var pattern in new[] { RedisKeys.AcrossQueues(Name), RedisKeys.AllOf(Name) })
        {
            var cursor = "0";
            do
            {
                var page = (RedisResult[])(await _connection!.ExecuteAsync("SCAN", [cursor, "MATCH", pattern, "COUNT", "1000"], RetryMode.Idempotent).ConfigureAwait(false))!;
                cursor = (string)page[0]!;
                foreach (var key in (byte[][])page[1]!)
                    await _connection.ExecuteAsync("DEL", [(RedisKey)key], RetryMode.Idempotent).ConfigureAwait(false);
            }
            while (cursor != "0");
        }
    }

    /// <summary>Claims no more tasks, lets running tasks end within the grace period, and leaves. A task that still runs then is abandoned: its outcome is not recorded, and the task goes back to its queue.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        Exception? first = null;
        while (_parts.TryPop(out var dispose))
        {
            try
            {
                await dispose().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever one part has, the others must be stopped: a server among them.
            catch (Exception e)
#pragma warning restore CA1031
            {
                first ??= e;
            }
        }

        _stopping.Dispose();
        if (first is not null)
            ExceptionDispatchInfo.Throw(first);
    }
}
