using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using QCluster.BackgroundTasks.Workers;

namespace QCluster.BackgroundTasks;

/// <summary>
/// Runs one function in the cluster repeatedly, one run at a time: the next one starts when the previous one has ended. The worker stops when
/// the function returns false, when a run fails (unless <see cref="BackgroundWorkerOptions.OnError"/> returns true), or when it is stopped. The same as atasker's
/// background workers. A host can run it, or code can start and stop it.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public abstract class BackgroundWorker : IHostedService, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly IQClusterClient _client;
    private CancellationTokenSource? _stop;
    private long _runs;

    /// <param name="client">The client that enqueues the runs.</param>
    /// <param name="options">The options of the worker.</param>
    /// <param name="logger">The log for its starts, stops and failures.</param>
    private protected BackgroundWorker(IQClusterClient client, BackgroundWorkerOptions options, ILogger? logger)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        options.Task.Validate();
        _client = client;
        Options = options;
        Logger = logger ?? NullLogger.Instance;
    }

    /// <summary>The name of the worker.</summary>
    public string Name => Options.Name ?? Options.Executor.Func;

    /// <summary>True while the worker is started and has not stopped.</summary>
    public bool IsActive
    {
        get
        {
            lock (_lock)
                return _stop is not null && !Completion.IsCompleted;
        }
    }

    /// <summary>The number of ended runs.</summary>
    public long Runs => Interlocked.Read(ref _runs);

    /// <summary>Completes when the worker has stopped; faulted if a failed run stopped it.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    private protected BackgroundWorkerOptions Options { get; }

    private protected ILogger Logger { get; }

    /// <summary>Starts the worker. Does nothing if it is started.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_stop is not null && !Completion.IsCompleted)
                return;
            _stop?.Dispose();
            _stop = new CancellationTokenSource();
            var stopping = _stop.Token;
            Completion = Task.Run(() => RunAsync(stopping), CancellationToken.None);
        }
    }

    /// <summary>Stops the worker: no further run starts.</summary>
    /// <param name="wait">Waits for the end of the current run.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task Stop(bool wait = true, CancellationToken cancellationToken = default)
    {
        CancellationTokenSource? stop;
        lock (_lock)
            stop = _stop;
        if (stop is not null)
            await stop.CancelAsync().ConfigureAwait(false);
        if (wait)
            await Completion.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Stops the worker and starts it again.</summary>
    public async Task Restart(CancellationToken cancellationToken = default)
    {
        await Stop(wait: true, cancellationToken).ConfigureAwait(false);
        Start();
    }

    Task IHostedService.StartAsync(CancellationToken cancellationToken)
    {
        if (Options.AutoStart)
            Start();
        return Task.CompletedTask;
    }

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Stop(wait: true, cancellationToken);

    /// <summary>Stops the worker.</summary>
    public async ValueTask DisposeAsync()
    {
        await Stop().ConfigureAwait(false);
        lock (_lock)
        {
            _stop?.Dispose();
            _stop = null;
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Calls <see cref="ExecuteAsync"/> at the times of its kind, until that returns false or the worker stops.</summary>
    private protected abstract Task LoopAsync(CancellationToken stopping);

    /// <summary>Runs the function once. False after the last run.</summary>
    private protected async Task<bool> ExecuteAsync(IReadOnlyList<object?> more)
    {
        try
        {
            var call = more.Count == 0 ? Options.Executor : Options.Executor with { Args = [.. more, .. Options.Executor.Args] };
            var options = Options.Name is { } name ? Options.Task with { TaskName = name } : Options.Task;
            // Not with the token that stops the worker: a run that has begun ends.
            var value = await _client.Apply<object?>(call, options).ConfigureAwait(false);
            Interlocked.Increment(ref _runs);
            return value is not false;
        }
        catch (Exception error) when (error is TaskFailedException or QClusterException)
        {
            Interlocked.Increment(ref _runs);
            BackgroundWorkerLog.RunFailed(Logger, Name, error);
            if (Options.OnError?.Invoke(error) == true)
                return true;
            throw;
        }
    }

    private async Task RunAsync(CancellationToken stopping)
    {
        BackgroundWorkerLog.Started(Logger, Name);
        try
        {
            await LoopAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped.
        }
        finally
        {
            BackgroundWorkerLog.Stopped(Logger, Name, Runs);
        }
    }
}
