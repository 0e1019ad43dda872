using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using QCluster.Model.Errors;

namespace QCluster.Hosting.Logging;

/// <summary>
/// Logs the entries of the processes of a cluster, on its own thread: a blocked console must not keep the sentinel from reading its
/// children's frames. Entries beyond a limit are dropped and counted.
/// </summary>
internal sealed class ChildLogs : IDisposable
{
    private const int MaxWaiting = 4_000;
    private const int MaxCategories = 1_000;
    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(1);

    private readonly Func<string, ILogger> _ofWorkers;
    private readonly Func<string, ILogger> _ofOthers;
    private readonly ILogger _logger;
    private readonly BlockingCollection<(string Process, bool IsWorker, byte[] Entry)> _waiting = new(MaxWaiting);
    private readonly Dictionary<(bool IsWorker, string Category), ILogger> _loggers = [];
    private readonly Thread _thread;
    private long _leftOut;

    /// <param name="ofWorkers">The log for entries of workers, by category. Their own providers other than the console have written them already.</param>
    /// <param name="ofOthers">The log for entries of pusher and monitor, by category.</param>
    /// <param name="logger">The sentinel's own log.</param>
    /// <param name="least">The minimum level that workers pass on.</param>
    public ChildLogs(Func<string, ILogger> ofWorkers, Func<string, ILogger> ofOthers, ILogger logger, LogLevel least)
    {
        Least = least;
        _ofWorkers = ofWorkers;
        _ofOthers = ofOthers;
        _logger = logger;
        _thread = new Thread(Run) { IsBackground = true, Name = "child logs" };
        _thread.Start();
    }

    /// <summary>Workers pass on nothing that is less.</summary>
    public LogLevel Least { get; }

    public void Add(string process, bool isWorker, byte[] entry)
    {
        if (_waiting.IsAddingCompleted || !_waiting.TryAdd((process, isWorker, entry)))
            Interlocked.Increment(ref _leftOut);
    }

    private void Run()
    {
        foreach (var (process, isWorker, entry) in _waiting.GetConsumingEnumerable())
        {
            try
            {
                Log(ChildLogEntry.Read(process, entry), isWorker);
                if (Interlocked.Exchange(ref _leftOut, 0) is var count and > 0)
                    ChildLogEvents.LeftOut(_logger, count);
            }
            catch (Exception e)
            {
                // Bytes of a process that runs user code, or a provider of the program's that fails.
                Report(process, e);
            }
        }
    }

    private void Report(string process, Exception problem)
    {
        try
        {
            ChildLogEvents.NotLogged(_logger, process, problem.GetType().Name, ExceptionText.MessageOf(problem));
        }
        catch
        {
            // There is no way to report it.
        }
    }

    private void Log(ChildLogEntry entry, bool isWorker)
    {
        var logger = LoggerOf(isWorker, entry.Category);
        if (!logger.IsEnabled(entry.Level))
            return;
        var scopes = new Stack<IDisposable?>();
        scopes.Push(logger.BeginScope(new ChildLogScope(entry.Process, [new("Process", entry.Process)])));
        foreach (var scope in entry.Scopes)
            scopes.Push(logger.BeginScope(scope));
        try
        {
            logger.Log(entry.Level, entry.Event, entry, entry.Exception, static (entry, _) => entry.Message);
        }
        finally
        {
            foreach (var scope in scopes)
                scope?.Dispose();
        }
    }

    // Logger factories keep their loggers for ever, and the user determines the names.
    private ILogger LoggerOf(bool isWorker, string category)
    {
        if (_loggers.Count >= MaxCategories && !_loggers.ContainsKey((isWorker, category)))
            category = "QCluster";
        if (!_loggers.TryGetValue((isWorker, category), out var logger))
            _loggers[(isWorker, category)] = logger = (isWorker ? _ofWorkers : _ofOthers)(category);
        return logger;
    }

    public void Dispose()
    {
        _waiting.CompleteAdding();
        if (_thread.Join(LastFlush))
            _waiting.Dispose();
    }
}
