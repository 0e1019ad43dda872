using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using QCluster.Hosting;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Children;
using QCluster.Hosting.Logging;
using QCluster.Hosting.Sentinel;
using QCluster.Hosting.Threading;

namespace QCluster.Tests.Hosting.Processes;

/// <summary>The children of a sentinel whose clock is the test's. The processes are real and sleep.</summary>
internal sealed class Sleepers : IChildHost, IDisposable
{
    private const int SlotCount = 4;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("qcluster-sleepers-");
    private readonly BlockingCollection<Action> _events = [];
    private readonly ChildLogs _logs = new(static _ => NullLogger.Instance, static _ => NullLogger.Instance, NullLogger.Instance, LogLevel.None);
    private readonly List<IDisposable> _connections = [];
    private readonly ChildGuard _guard;
    private int _number;

    public Sleepers(ClusterOptions? options = null)
    {
        Options = options ?? new ClusterOptions();
        Cancels = new CancelBook(Time);
        Stop = new StopPlan(Options.Grace);
        Children = new ChildSet(Options, this, Stop, NullLogger.Instance, Time);
        _guard = new ChildGuard(Options, Cancels, new ClusterDescriber(Options, Time));
    }

    public FakeTimeProvider Time { get; } = new();

    public ClusterOptions Options { get; }

    public CancelBook Cancels { get; }

    public StopPlan Stop { get; }

    public ChildSet Children { get; }

    /// <summary>Workers that have ended, and how.</summary>
    public List<(ChildProcess Worker, string How)> Gone { get; } = [];

    /// <summary>How many children there were when the last one was reported as gone.</summary>
    public int ProcessesAtLastDeath { get; private set; }

    public List<string> Problems { get; } = [];

    public ChildProcess Only => Children.All.Single();

    public ChildProcess Start(ChildRole role, int ordinal, Action<ChildProcess> onExit)
    {
        var incarnation = $"cluster.{ordinal}.{++_number}";
        var slots = role == ChildRole.Worker ? SlotTable.Create(Path.Combine(_folder.FullName, incarnation), SlotCount) : null;
        var start = new ProcessStartInfo("sleep", "600") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardInput = true };
        return ChildProcess.Start(new ChildIdentity(role, ordinal, incarnation), slots, start, onExit, NullLogger.Instance, _logs, Time);
    }

    public void Post(Action change) => _events.Add(change);

    public void OnWorkerGone(ChildProcess worker, string how)
    {
        Gone.Add((worker, how));
        ProcessesAtLastDeath = Children.All.Count;
    }

    public void OnCannotWork(string problem) => Problems.Add(problem);

    public ChildProcess StartWorker()
    {
        Children.Start(ChildRole.Worker, 0);
        return Only;
    }

    /// <summary>A worker that is connected to the sentinel and ready.</summary>
    public ChildProcess StartReadyWorker()
    {
        var worker = StartWorker();
        var path = Path.Combine(_folder.FullName, "control");
        using var listener = LocalSocket.Listen(path);
        _connections.Add(LocalSocket.TryConnect(path)!);
        worker.Attach(new FrameConnection(listener.Accept(), 1 << 20));
        worker.OnFrame(FrameType.Ready, default);
        return worker;
    }

    /// <summary>What the guard says of a child now.</summary>
    public GuardVerdict? Judge(ChildProcess child) => _guard.Judge(child, Time.Ticks(), Stop.IsStopping);

    /// <summary>A heartbeat arrives.</summary>
    public static void Beat(ChildProcess child, ChildPulse pulse = default)
    {
        var body = new byte[ChildPulse.Size];
        pulse.Write(body);
        child.OnFrame(FrameType.Heartbeat, body);
    }

    /// <summary>Does what the loop has to do until something is so.</summary>
    public void Until(Func<bool> isSo)
    {
        var since = Stopwatch.StartNew();
        while (!isSo())
        {
            if (_events.TryTake(out var next, 20))
                next();
            Assert.That(since.Elapsed, Is.LessThan(Limit), "it has not come about");
        }
    }

    /// <summary>Does what the loop has to do now.</summary>
    public void DoAll()
    {
        while (_events.TryTake(out var next))
            next();
    }

    public void Dispose()
    {
        // Each exit is reported before anything is disposed of that the report needs.
        if (!Stop.IsStopping)
            Stop.Begin(Time.Ticks());
        Until(() =>
        {
            foreach (var child in Children.All)
                child.Kill();
            return Children.All.Count == 0;
        });
        foreach (var connection in _connections)
            connection.Dispose();
        _logs.Dispose();
        _events.Dispose();
        _folder.Delete(recursive: true);
    }
}
