using System.Globalization;

namespace QCluster.Tool.Bench;

/// <summary>How the figures change with the number of queued tasks, workers and queues, and with the size of arguments and groups.</summary>
internal sealed class GrowthScenarios(BenchRun run)
{
    private const int LatencySamples = 2_000;

    public async Task RunAsync()
    {
        foreach (var queued in new[] { 10_000, 100_000, run.Tasks ?? 5_000_000 })
        {
            await DrainAsync($"{Text(queued)} queued", queued);
            await LatencyAsync(queued);
        }

        foreach (var workers in new[] { 1, 2, 4, 8 })
            await DrainAsync($"{workers} workers", 200_000, arguments: ["--workers", Text(workers)]);
        foreach (var queues in new[] { 1, 10 })
            await DrainQueuesAsync(queues, 200_000);
        foreach (var bytes in new[] { 100, 1_000, 10_000, 100_000, 1_000_000 })
        {
            var count = Math.Clamp(400_000_000 / bytes, 400, 100_000);
            await DrainAsync($"arguments of {Text(bytes)} bytes", count, call: new TaskCall("bench.length", new string('x', bytes)), bulk: Math.Clamp(16_000_000 / bytes, 1, 1_000));
        }

        // The same number of tasks each time, in few large groups or in many small ones.
        foreach (var members in new[] { 10, 1_000, 100_000, 1_000_000 })
            await DrainGroupsAsync(members, 1_000_000);
    }

    private async Task DrainAsync(string what, int count, TaskOptions? options = null, TaskCall? call = null, int bulk = 1_000, string[]? arguments = null)
    {
        await using var client = run.Target.NewClient();
        await BenchRun.BulkAsync(client, count, options, call, bulk);
        var running = await run.StartClustersAsync(wait: false, arguments ?? []);
        run.Rounds.Add($"drain, {what}", "tasks/s", await BenchRun.WaitForAsync(client, count));
        await run.StopAsync(running);
    }

    private async Task DrainGroupsAsync(int members, int tasks)
    {
        await using var client = run.Target.NewClient();
        for (var group = 0; group < tasks / members; group++)
            await BenchRun.BulkAsync(client, members, new TaskOptions { Group = $"bench{group}" }, bulk: Math.Min(members, 1_000));
        var running = await run.StartClustersAsync(wait: false);
        run.Rounds.Add($"drain, groups of {Text(members)}", "tasks/s", await BenchRun.WaitForAsync(client, tasks));
        await run.StopAsync(running);
    }

    private async Task DrainQueuesAsync(int count, int tasks)
    {
        var names = Enumerable.Range(0, count).Select(i => $"q{i}").ToArray();
        await using var client = run.Target.NewClient();
        foreach (var name in names)
            await BenchRun.BulkAsync(client, tasks / count, new TaskOptions { Queue = name });
        var running = await run.StartClustersAsync(wait: false, [.. names.SelectMany(name => (string[])["--queue", name])]);
        run.Rounds.Add($"drain, {count} queues", "tasks/s", await BenchRun.WaitForAsync(client, tasks, names));
        await run.StopAsync(running);
    }

    /// <summary>One task at a time, while others wait in a queue that nobody serves.</summary>
    private async Task LatencyAsync(int waiting)
    {
        await using var client = run.Target.NewClient();
        await BenchRun.BulkAsync(client, waiting, new TaskOptions { Queue = "unserved" });
        var running = await run.StartClustersAsync(wait: true);
        await BenchRun.LatenciesAsync(client, LatencySamples);
        run.Rounds.AddSamples($"latency, {Text(waiting)} others waiting,", "ms", await BenchRun.LatenciesAsync(client, LatencySamples));
        await run.StopAsync(running);
    }

    private static string Text(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
