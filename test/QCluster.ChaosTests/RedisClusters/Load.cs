using System.Collections.Concurrent;
using System.Diagnostics;
using QCluster.TestSupport;

namespace QCluster.ChaosTests.RedisClusters;

/// <summary>Tasks that come at an even pace, whatever becomes of those before; each writes a line of its own.</summary>
internal sealed class Load
{
    private readonly QClusterClient _client;
    private readonly string _path;
    private readonly string _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<string> _accepted = [];
    private readonly ConcurrentBag<string> _failures = [];
    private readonly Lock _gate = new();
    private readonly Task _feeding;

    private Load(QClusterClient client, string path, string queue, int perSecond)
    {
        _client = client;
        _path = path;
        _queue = queue;
        _feeding = FeedAsync(TimeSpan.FromSeconds(1.0 / perSecond));
    }

    public static Load Start(QClusterClient client, string path, string queue, int perSecond) => new(client, path, queue, perSecond);

    public int Accepted => _accepted.Count;

    /// <summary>The calls that ended with an error.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>How many lines there are now.</summary>
    public int Done => SharedFile.Lines(_path).Length;

    /// <summary>The tasks that were accepted and did not run.</summary>
    public int Lost { get; private set; }

    /// <summary>The lines that were written more than once.</summary>
    public int Doubled { get; private set; }

    /// <summary>The longest time until a task was accepted.</summary>
    public TimeSpan Longest { get; private set; }

    /// <summary>Ends the load, and waits until all that was accepted has run.</summary>
    public async Task EndAsync(TimeSpan within)
    {
        await _stop.CancelAsync();
        await _feeding;
        var watch = Stopwatch.StartNew();
        string[] lines;
        while (true)
        {
            lines = SharedFile.Lines(_path);
            if (_accepted.Except(lines, StringComparer.Ordinal).Any() && watch.Elapsed < within)
                await Task.Delay(TimeSpan.FromMilliseconds(100));
            else
                break;
        }

        Lost = _accepted.Except(lines, StringComparer.Ordinal).Count();
        Doubled = lines.Length - lines.Distinct(StringComparer.Ordinal).Count();
    }

    private async Task FeedAsync(TimeSpan period)
    {
        var calls = new List<Task>();
        using var timer = new PeriodicTimer(period);
        try
        {
            for (var i = 0; ; i++)
            {
                await timer.WaitForNextTickAsync(_stop.Token);
                calls.Add(CallAsync($"{i}"));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(calls);
        }
    }

    private async Task CallAsync(string line)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            await _client.Async(new TaskCall("demo.append", _path, line, 0), new TaskOptions { Queue = _queue });
            _accepted.Add(line);
        }
        catch (BrokerException e)
        {
            _failures.Add(e.Message);
        }

        lock (_gate)
            Longest = watch.Elapsed > Longest ? watch.Elapsed : Longest;
    }
}
