using System.Collections.Concurrent;

namespace QCluster.Embedded.Serving;

/// <summary>
/// One thread runs all requests, one after the other, as redis-server does: so a script runs alone, which it does not in Garnet. After each round the
/// append-only file is written, and only then are the answers sent.
/// </summary>
internal sealed class RequestLoop(IJournal journal, SpecialRequests special, Action<string> onFailure) : IDisposable
{
    private const int MaxRound = 64;

    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<IRequestSource> _ready = new();
    private readonly ManualResetEventSlim _signal = new(false, 10);
    private readonly ConcurrentQueue<Connection> _dirty = new();
    private Thread? _thread;
    private volatile bool _isStopping;

    public BlockedPops Blocked => special.Blocked;

    public void Start()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "requests" };
        _thread.Start();
    }

    public void Post(IRequestSource source)
    {
        _ready.Enqueue(source);
        _signal.Set();
    }

    public void Post(Action action) => Post(new Once(action));

    public bool IsSpecial(RequestFrame frame) => special.Is(frame);

    public void RunSpecial(Connection connection, RequestFrame frame) => special.Run(connection, frame);

    public void HasReplies(Connection connection)
    {
        _dirty.Enqueue(connection);
        // Usually it is this thread that asks.
        if (Thread.CurrentThread != _thread)
            _signal.Set();
    }

    public void Forget(Connection connection) => Blocked.Remove(connection);

    private void Run()
    {
        try
        {
            while (!_isStopping)
            {
                _signal.Reset();
                var ran = 0;
                while (ran < MaxRound && _ready.TryDequeue(out var source))
                {
                    source.Run();
                    ran++;
                }

                if (journal.HasChanged)
                    Blocked.Serve();
                Blocked.End();
                special.Look();
                journal.Commit();
                while (_dirty.TryDequeue(out var connection))
                    connection.Flush();
                if (ran == 0 && _ready.IsEmpty && _dirty.IsEmpty)
                    _signal.Wait(Blocked.UntilNext(Idle));
            }
        }
#pragma warning disable CA1031 // What it answers from now on would not be kept: the server ends, and says why.
        catch (Exception e)
#pragma warning restore CA1031
        {
            onFailure(e is IOException ? e.Message : e.ToString());
        }
    }

    /// <summary>Runs nothing more. What was answered is in the append-only file.</summary>
    public void Stop()
    {
        _isStopping = true;
        _signal.Set();
        if (_thread is { } thread && thread != Thread.CurrentThread)
            thread.Join();
    }

    public void Dispose()
    {
        Stop();
        _signal.Dispose();
    }

    private sealed class Once(Action action) : IRequestSource
    {
        public void Run() => action();
    }
}
