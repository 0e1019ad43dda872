using System.Diagnostics;
using System.Globalization;
using QCluster.Launching.Clusters;
using QCluster.Tool.Lab;

namespace QCluster.Tool.Torture;

/// <summary>Kills and stops processes of its own clusters at random, and starts a cluster again whose sentinel it has killed.</summary>
internal sealed class Killer(TortureOptions options, ClusterStart how, List<StartedCluster> clusters, Random random)
{
    private static readonly TimeSpan HeartbeatTtl = TimeSpan.FromSeconds(3);

    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<(long At, int[] Processes)> _stopped = [];
    private readonly List<StartedCluster> _former = [];

    /// <summary>What the clusters are started with so that all this can happen within a minute.</summary>
    // Cancelled tasks are not cached: with a limit the later ones push out the records of those a minute older, before the judge looks.
    public static IReadOnlyList<string> ClusterArguments { get; } =
        ["--heartbeat-ttl", HeartbeatTtl.TotalSeconds.ToString(CultureInfo.InvariantCulture), "--grace", "1", "--max-lost", "200", "--save-limit", "0"];

    public IReadOnlyDictionary<string, int> Counts => _counts;

    public int Total => _counts.Values.Sum();

    /// <summary>Goes on until it is told to end; then everything that was stopped is resumed.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        try
        {
            // By the clock, not by delays: a kill that took long, or found no process, is made up for.
            var started = Stopwatch.GetTimestamp();
            for (var due = 0.0; ; due += (0.5 + random.NextDouble()) / options.KillsPerSecond)
            {
                var left = due - Stopwatch.GetElapsedTime(started).TotalSeconds;
                await Task.Delay(TimeSpan.FromSeconds(Math.Max(0.01, left)), end);
                ResumeDue();
                var before = Total;
                while (Total == before)
                {
                    await StrikeAsync();
                    if (Total == before)
                        await Task.Delay(10, end);
                }
            }
        }
        catch (OperationCanceledException)
        {
            foreach (var (_, processes) in _stopped)
                Resume(processes);
        }
    }

    private async Task StrikeAsync()
    {
        var index = random.Next(clusters.Count);
        var cluster = clusters[index];
        var choice = random.NextDouble();
        switch (choice)
        {
            case < 0.45:
                Kill(cluster, "worker");
                break;
            case < 0.60:
                Kill(cluster, "pusher");
                break;
            case < 0.75:
                Kill(cluster, "monitor");
                break;
            case < 0.95:
                var role = choice < 0.85 ? "worker" : choice < 0.90 ? "pusher" : "monitor";
                if (PickOne(cluster, role) is { } process)
                    Stop($"{role} stopped", TimeSpan.FromMilliseconds(random.Next(100, 1500)), process);
                break;
            case < 0.98:
                Count("sentinel killed");
                ProcessSignal.Kill(cluster.ProcessId);
                _former.Add(cluster);
                clusters[index] = await OwnCluster.StartAsync(how, wait: false);
                break;
            default:
                // Longer than its heartbeat lives: the others take its tasks, and it must find that out.
                Stop("cluster stopped", HeartbeatTtl * 1.5, [.. cluster.Processes().Values.SelectMany(p => p)]);
                break;
        }
    }

    private void Kill(StartedCluster cluster, string role)
    {
        if (PickOne(cluster, role) is { } process && ProcessSignal.Kill(process))
            Count($"{role} killed");
    }

    private int? PickOne(StartedCluster cluster, string role) =>
        cluster.Processes().TryGetValue(role, out var processes) ? processes[random.Next(processes.Length)] : null;

    private void Stop(string what, TimeSpan time, params int[] processes)
    {
        Count(what);
        foreach (var process in processes)
            ProcessSignal.Stop(process);
        _stopped.Add((Environment.TickCount64 + (long)time.TotalMilliseconds, processes));
    }

    private void ResumeDue()
    {
        foreach (var entry in _stopped.FindAll(s => s.At <= Environment.TickCount64))
        {
            Resume(entry.Processes);
            _stopped.Remove(entry);
        }
    }

    private static void Resume(int[] processes)
    {
        foreach (var process in processes)
            ProcessSignal.Resume(process);
    }

    private void Count(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;

    /// <summary>Clusters whose sentinel was killed; their other processes leave by themselves.</summary>
    public IReadOnlyList<StartedCluster> Former => _former;
}
