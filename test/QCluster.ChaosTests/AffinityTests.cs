using System.Text.RegularExpressions;
using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>Workers that are pinned to processors, as the system sees it.</summary>
[Platform("Linux")]
internal sealed class AffinityTests : ClusterFixture
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Test]
    public async Task Each_worker_and_its_replacement_has_processors_of_its_own()
    {
        var all = AllowedOf("self");
        Assume.That(all, Has.Length.GreaterThan(1), "one processor leaves nothing to choose from");
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "3", "--cpu-affinity", "1");
        string[][] expected = [[all[0]], [all[1]], [all[2 % all.Length]]];
        Assert.That(cluster.Children("Worker").Select(PinnedTo), Is.EquivalentTo(expected), cluster.Log);
        Assert.That(AllowedOf($"{cluster.ProcessId}"), Is.EqualTo(all), "the sentinel");
        Assert.That(cluster.Children("Pusher").Concat(cluster.Children("Monitor")).SelectMany(PinnedTo), Is.EquivalentTo(all.Concat(all)), "the others");

        var victim = cluster.Children("Worker")[0];
        var those = PinnedTo(victim);
        Signals.Send(victim, Signal.Kill);
        var log = new Regex(@"Worker \d \(pid (\d+)\) is pinned to the processors " + those[0]);
        for (var end = DateTimeOffset.UtcNow + Limit; cluster.Children("Worker").Count < 3 || cluster.Children("Worker").Contains(victim); await Task.Delay(50))
            Assert.That(DateTimeOffset.UtcNow, Is.LessThan(end), cluster.Log);
        Assert.That(cluster.Children("Worker").Select(PinnedTo), Is.EquivalentTo(expected), "the replacement has those of the killed one");
        Assert.That(log.Matches(cluster.Log).Select(m => m.Groups[1].Value), Does.Contain($"{victim}"));
    }

    [Test]
    public async Task More_processors_than_the_machine_has_are_refused()
    {
        var (code, _, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, "start", "--cpu-affinity", "5000");
        Assert.That(code, Is.Not.Zero);
        Assert.That(error, Does.Contain("cpu_affinity cannot be '5000'").And.Contain("write a value from 1 to"));
    }

    /// <summary>Of a process with all its threads: .NET has several before any code of ours runs.</summary>
    private static string[] PinnedTo(int pid)
    {
        var threads = Directory.GetDirectories($"/proc/{pid}/task").Select(thread => string.Join(',', AllowedOf($"{pid}/task/{Path.GetFileName(thread)}"))).Distinct(StringComparer.Ordinal).ToArray();
        Assert.That(threads, Has.Length.EqualTo(1), "all threads of a process have the same processors");
        return threads[0].Split(',');
    }

    private static string[] AllowedOf(string process)
    {
        const string name = "Cpus_allowed_list:";
        var list = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim();
        return [.. list.Split(',').SelectMany(part => part.Split('-') is [var from, var to] ? Enumerable.Range(int.Parse(from), int.Parse(to) - int.Parse(from) + 1).Select(n => $"{n}") : [part])];
    }
}
