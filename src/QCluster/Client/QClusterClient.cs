using System.Linq.Expressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using QCluster.Broker;
using QCluster.Functions;
using QCluster.Redis;
using QCluster.Wire;

namespace QCluster;

/// <inheritdoc cref="IQClusterClient" />
public sealed class QClusterClient : IQClusterClient
{
    private readonly IBroker _broker;
    private readonly QClusterOptions _options;
    private readonly FunctionRegistry? _functions;
    private readonly TimeProvider _clock;
    private readonly PacketSigner _signer;
    private readonly WireLimits _limits;
    private readonly ValueSerializer _serializer;

    /// <summary>Creates a client. It connects at its first call.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="loggers">Where reconnections and the like are reported; null = nowhere.</param>
    /// <param name="functions">Names of functions for calls by expression; null = attributes and full method names.</param>
    /// <exception cref="InvalidSettingException">A setting cannot be used.</exception>
    public QClusterClient(QClusterOptions options, ILoggerFactory? loggers = null, FunctionRegistry? functions = null)
        : this(options, CreateBroker(options, loggers), functions, TimeProvider.System)
    {
    }

    internal QClusterClient(QClusterOptions options, IBroker broker, FunctionRegistry? functions, TimeProvider clock)
    {
        options.Validate();
        _options = options;
        _broker = broker;
        _functions = functions;
        _clock = clock;
        _signer = new PacketSigner(options.Name, [.. options.Secrets]);
        _limits = new WireLimits { MaxLength = options.MaxPacketBytes };
        _serializer = new ValueSerializer(options.Json);
    }

    internal IBroker Broker => _broker;

    private static RedisBroker CreateBroker(QClusterOptions options, ILoggerFactory? loggers)
    {
        options.Validate();
        var logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger("QCluster.Client");
        var connection = RedisConnection.Create(
            RedisSettings.Parse(options.Redis),
            new RedisConnectionOptions { ClientName = "qcluster-client", CallTimeout = options.CallTimeout },
            logger,
            TimeProvider.System);
        return new RedisBroker(connection, options.Name, TimeProvider.System, logger);
    }

    /// <inheritdoc />
    public Task<string> Async(string func, params object?[] args) => Async(new TaskCall(func, args));

    /// <inheritdoc />
    public async Task<string> Async(TaskCall call, TaskOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new TaskOptions();
        options.Validate();
        var id = TaskId.New(options.Queue ?? _options.Queue, _clock);
        await _broker.EnqueueAsync(Batch([ToElement(id, call, options)], id.Queue, options), cancellationToken).ConfigureAwait(false);
        return id.ToString();
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
    public async Task<IReadOnlyList<string>> AsyncBulk(IEnumerable<TaskCall> calls, TaskOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(calls);
        options ??= new TaskOptions();
        options.Validate();
        var queue = options.Queue ?? _options.Queue;
        var ids = new List<string>();
        var elements = new List<byte[]>();
        foreach (var call in calls)
        {
            var id = TaskId.New(queue, _clock);
            elements.Add(ToElement(id, call, options));
            ids.Add(id.ToString());
        }

        if (elements.Count > 0)
            await _broker.EnqueueAsync(Batch(elements, queue, options), cancellationToken).ConfigureAwait(false);
        return ids;
    }

    private static EnqueueBatch Batch(IReadOnlyList<byte[]> elements, string queue, TaskOptions options) =>
        new(queue, options.Priority, elements, options.Delay, options.Eta);

    private byte[] ToElement(TaskId id, TaskCall call, TaskOptions options)
    {
        using var args = new PooledBuffer();
        using var kwargs = new PooledBuffer(16);
        var writer = new MessagePackWriter(args);
        writer.WriteArrayHeader(call.Args.Count);
        for (var i = 0; i < call.Args.Count; i++)
            WriteArgument(ref writer, call, $"argument {i + 1}", call.Args[i]);
        writer.Flush();
        if (call.Kwargs is { Count: > 0 } named)
        {
            var map = new MessagePackWriter(kwargs);
            map.WriteMapHeader(named.Count);
            foreach (var (name, value) in named)
            {
                map.WriteString(name);
                WriteArgument(ref map, call, $"argument '{name}'", value);
            }

            map.Flush();
        }

        var packet = new TaskPacket
        {
            Id = id,
            Func = call.Func,
            Args = args.WrittenMemory,
            Kwargs = kwargs.WrittenMemory,
            Name = options.TaskName,
            Timeout = options.Timeout,
            ResultTtl = options.Cached,
            IgnoreResult = options.IgnoreResult,
            Expires = options.Expires,
            MaxLost = options.MaxLost,
        };
        return packet.ToElement(_signer, _options.Compress, _options.MaxPacketBytes);
    }

    private void WriteArgument(ref MessagePackWriter writer, TaskCall call, string which, object? value)
    {
        try
        {
            _serializer.Write(ref writer, value, typeof(object));
        }
        catch (SerializationException e)
        {
            throw new SerializationException($"The {which} of {call.Func} cannot be sent. {e.Message}", e);
        }
    }

    /// <inheritdoc />
    public async Task<object?> Result(string id, TimeSpan? wait = null, CancellationToken cancellationToken = default) =>
        (await Fetch(id, wait, cancellationToken).ConfigureAwait(false))?.Result;

    /// <inheritdoc />
    public async Task<T> Result<T>(string id, TimeSpan? wait = null, CancellationToken cancellationToken = default)
    {
        var task = Parse(id);
        var limit = wait ?? Timeout.InfiniteTimeSpan;
        var lookup = await _broker.WaitAsync(task, limit, cancellationToken).ConfigureAwait(false);
        if (lookup.Place == TaskPlace.Unknown)
            throw new UnknownTaskException(id);
        if (lookup.Place != TaskPlace.Finished)
            throw new TimeoutException($"The task {id} was not finished within {limit.TotalSeconds:0.###} s.");
        if (lookup.Record.IsEmpty)
            throw new InvalidOperationException($"The task {id} is finished, but was enqueued with IgnoreResult, so its value was not kept.");
        var outcome = TaskOutcome.Read(lookup.Record, task, _signer, _limits, out _);
        if (outcome.State != TaskState.Succeeded)
            throw new TaskFailedException(id, RecordReader.FuncOf(lookup.Record, task, _signer, _limits), outcome.Error ?? new TaskError(FailureReason.Exception, null, "No error was recorded.", null));
        var reader = new MessagePackReader(outcome.Value.Span, _limits);
        return _serializer.Read<T>(ref reader);
    }

    /// <inheritdoc />
    public async Task<TaskRecord?> Fetch(string id, TimeSpan? wait = null, CancellationToken cancellationToken = default)
    {
        var task = Parse(id);
        var lookup = await _broker.WaitAsync(task, wait ?? TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        if (lookup.Place == TaskPlace.Unfinished)
            lookup = await _broker.LookupAsync(task, cancellationToken).ConfigureAwait(false);
        return RecordReader.Read(task, lookup, _signer, _limits, _serializer);
    }

    /// <inheritdoc />
    public Task<CancelResult> Cancel(string id, CancellationToken cancellationToken = default)
    {
        var task = Parse(id);
        var outcome = new TaskOutcome
        {
            State = TaskState.Cancelled,
            Attempt = 0,
            Stopped = _clock.GetUtcNow(),
            Worker = "",
            Cluster = "",
            Error = new TaskError(FailureReason.Cancelled, null, "Cancelled before it was begun.", null),
        };
        return _broker.CancelAsync(task, outcome.ToBytes(task, _signer, _options.Compress), _options.ResultTtl, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<long> QueueSize(string? queue = null, CancellationToken cancellationToken = default) =>
        (await Sizes(queue, cancellationToken).ConfigureAwait(false)).Waiting;

    /// <inheritdoc />
    public Task<QueueSizes> Sizes(string? queue = null, CancellationToken cancellationToken = default) =>
        _broker.SizesAsync(queue ?? _options.Queue, cancellationToken);

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> Queues(CancellationToken cancellationToken = default) => _broker.QueuesAsync(cancellationToken);

    private static TaskId Parse(string id) => TaskId.TryParse(id, out var parsed)
        ? parsed.Value
        : throw new ArgumentException($"'{id}' is not a task id: 32 hexadecimal digits, and @queue unless the queue is '{TaskId.DefaultQueue}'.", nameof(id));

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _broker.DisposeAsync();
}
