using Microsoft.Extensions.Logging;
using QCluster.Hosting.Channels;

namespace QCluster.Hosting.Logging;

/// <summary>
/// A child's log on its way to the sentinel. Logging never waits: entries gather while the sentinel is busy, up to some megabytes; further ones
/// are dropped and counted.
/// </summary>
internal sealed class ChildLog : IDisposable
{
    private const int MaxWaiting = 4 << 20;
    private const int MaxUnsent = 256 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LastFlush = TimeSpan.FromSeconds(2);

    private readonly FrameConnection _connection;
    private readonly LogLevel _least;
    private readonly Queue<byte[]> _waiting = new();
    private readonly ManualResetEventSlim _empty = new(initialState: true);
    private int _bytes;
    private long _leftOut;
    private bool _closed;

    public ChildLog(FrameConnection connection, LogLevel least)
    {
        _connection = connection;
        _least = least;
        // What was logged just before a task ended the process.
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        new Thread(Send) { IsBackground = true, Name = "log" }.Start();
    }

    public bool IsEnabled(LogLevel level) => level >= _least && level != LogLevel.None;

    public void Write<TState>(LogLevel level, string category, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter, IExternalScopeProvider? scopes)
    {
        if (IsEnabled(level))
            Add(ChildLogWriter.Write(level, category, id, state, exception, formatter, scopes));
    }

    private void Add(byte[] entry)
    {
        lock (_waiting)
        {
            if (_closed || _bytes + entry.Length > MaxWaiting)
            {
                _leftOut++;
                return;
            }

            if (_leftOut > 0)
            {
                Enqueue(ChildLogWriter.Write(LogLevel.Warning, "QCluster", default, _leftOut, null, static (count, _) => $"{count} log entries were dropped here: they came faster than they could be passed on", null));
                _leftOut = 0;
            }

            Enqueue(entry);
        }
    }

    private void Enqueue(byte[] entry)
    {
        _waiting.Enqueue(entry);
        _bytes += entry.Length;
        _empty.Reset();
        System.Threading.Monitor.Pulse(_waiting);
    }

    private void Send()
    {
        while (true)
        {
            byte[] entry;
            lock (_waiting)
            {
                while (_waiting.Count == 0)
                {
                    _empty.Set();
                    if (_closed)
                        return;
                    System.Threading.Monitor.Wait(_waiting);
                }

                entry = _waiting.Peek();
            }

            // Heartbeats use the same socket, and the sender that finds it free also sends for the others.
            while (_connection.Unsent > MaxUnsent && !_connection.IsClosed)
                Thread.Sleep(Patience);
            _connection.Send(FrameType.Log, entry);
            lock (_waiting)
            {
                _waiting.Dequeue();
                _bytes -= entry.Length;
            }
        }
    }

    private void OnExit(object? sender, EventArgs e) => _empty.Wait(LastFlush);

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        _empty.Wait(LastFlush);
        lock (_waiting)
        {
            _closed = true;
            System.Threading.Monitor.Pulse(_waiting);
        }
    }
}
