using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>What follows from a task happens once, whatever is killed meanwhile.</summary>
internal sealed class ChainKillTests : ClusterFixture
{
    private static readonly TimeSpan Keep = TimeSpan.FromMinutes(30);

    private static async Task<int> KillAsync(ClusterProcess cluster, int times, Func<Task<bool>> done)
    {
        var kills = 0;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(700));
        while (kills < times || !await done())
        {
            if (kills < times && cluster.KillOne(new[] { "Monitor", "Worker" }[kills % 2]))
                kills++;
            await timer.WaitForNextTickAsync();
        }

        return kills;
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Every_chain_ends_and_no_step_has_two_successors()
    {
        const int chains = 1000;
        const int length = 5;
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--max-lost", "20");
        var groups = await Task.WhenAll(Enumerable.Range(0, chains).Select(c => Client.AsyncChain(
            [new("math.add", c, 1), .. Enumerable.Repeat(new ChainStep("math.add", Chain.Previous, 1), length - 2), new("demo.echo", Chain.Previous)],
            new ChainOptions { Cached = Keep })));

        var kills = await KillAsync(cluster, 10, async () => (await Client.Queues.Sizes()).Succeeded >= chains * length);

        for (var c = 0; c < chains; c++)
        {
            var results = await Client.ResultGroup(groups[c], wait: TimeSpan.FromSeconds(30));
            Assert.That(results, Is.EqualTo(new[] { c + 1, c + 2, c + 3, c + 4, c + 4 }), $"chain {c}\n{cluster.Log}");
        }

        var sizes = await Client.Queues.Sizes();
        Assert.That((sizes.Succeeded, sizes.Failed), Is.EqualTo((chains * length, 0)), "one record for each step");
        Assert.That(kills, Is.EqualTo(10));
        await AssertNothingIsLeftAsync();
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Each_hook_is_dispatched_once()
    {
        const int count = 400;
        var path = Path.Combine(Folder, "hooks");
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--max-lost", "20");
        var ids = await Client.AsyncBulk(
            Enumerable.Range(0, count).Select(i => i % 2 == 0 ? new TaskCall("demo.sleep", 0.1) : new TaskCall("demo.fail", "no")),
            new TaskOptions { Hook = "hooks.append", HookArgs = [path], Cached = Keep });

        var kills = await KillAsync(cluster, 6, async () => await Client.Queues.Sizes() is var s && s.Succeeded + s.Failed >= 2 * count);

        var sizes = await Client.Queues.Sizes();
        Assert.That((sizes.Succeeded, sizes.Failed), Is.EqualTo((count + (count / 2), count / 2)), "as many hooks as tasks");
        var lines = SharedFile.Lines(path).GroupBy(l => l.Split(' ')[0], StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        Assert.That(lines.Keys, Is.EquivalentTo(ids));
        Assert.That(lines.Values.Sum() - count, Is.LessThanOrEqualTo(kills * 16), "more hooks ran twice than kills explain");
        await AssertNothingIsLeftAsync();
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task A_large_group_is_complete_and_in_order_with_two_clusters()
    {
        const int count = 100_000;
        await using var first = await ClusterProcess.StartAsync(Redis.Endpoint);
        await using var second = await ClusterProcess.StartAsync(Redis.Endpoint);
        await Client.AsyncBulk(Enumerable.Range(0, count).Select(i => new TaskCall("demo.echo", i)), new TaskOptions { Group = "all", Cached = Keep });
        var results = await Client.ResultGroup("all", wait: TimeSpan.FromMinutes(2), count: count);
        Assert.That(results, Is.EqualTo(Enumerable.Range(0, count)), first.Log + second.Log);
        Assert.That(await Client.CountGroup("all"), Is.EqualTo(count));
    }

    [Test]
    public async Task A_cached_result_expires_with_all_its_keys()
    {
        var keep = TimeSpan.FromSeconds(2);
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--queue", "default", "--queue", "mail", "--result-ttl", "2s");
        // Once around, so that the counters are there.
        await RunAllAsync("warm");
        var permanent = (await KeysAsync(ttl: -1)).ToHashSet(StringComparer.Ordinal);
        Assert.That(permanent, Has.All.Matches("^q:\\{default(:default|:mail)?\\}:(c|cc|ci|cr|ow|cf|fn:[0-9a-f]+|h|st|w|queues|wk|sv:[345])$"));

        // What a cluster runs at a heartbeat, and up to where its queues reach, is gone with a later one.
        permanent.UnionWith(["q:{default:default}:cr", "q:{default:mail}:cr", "q:{default:default}:ow", "q:{default:mail}:ow"]);

        await RunAllAsync("again");
        Assert.That(await KeysAsync(ttl: -1), Is.SubsetOf(permanent), "all else has a time-to-live");
        await Eventually.IsTrue(async () => !(await KeysAsync()).Any(k => k.Contains("warm", StringComparison.Ordinal) || k.Contains("again", StringComparison.Ordinal)), TimeSpan.FromSeconds(20));
        // Hooks are tasks whose result nobody wants: for two minutes a mark says that they were there.
        // And the history, which has a time-to-live too.
        bool IsLeft(string key) => !permanent.Contains(key) && !key.EndsWith(":hs", StringComparison.Ordinal);
        await Eventually.IsTrue(async () => (await KeysAsync()).Count(IsLeft) == 4, TimeSpan.FromSeconds(20));
        Assert.That((await KeysAsync()).Where(IsLeft), Has.All.Contains("}:r:"));

        async Task RunAllAsync(string label)
        {
            var options = new TaskOptions { Cached = keep, Group = label + "-group", TaskName = label + "-name", UniqueKey = label + "-key", Hook = "hooks.append", HookArgs = [Path.Combine(Folder, label)] };
            await Client.Fetch(await Client.Async(new TaskCall("demo.echo", 1), options), TimeSpan.FromSeconds(10));
            var chain = new Chain([new("demo.echo", 1), new(new TaskCall("demo.echo", 2), new TaskOptions { Queue = "mail" }), new("demo.fail", "no"), new("demo.echo", 3)], label + "-chain", keep) { Client = Client };
            chain.Options = chain.Options with { Hook = "hooks.append", HookArgs = [Path.Combine(Folder, label + "-end")] };
            await chain.Run();
            Assert.That(await chain.Fetch(wait: TimeSpan.FromSeconds(10)), Has.Count.EqualTo(3));
            var iter = await Client.AsyncIter("demo.echo", [1, 2, 3], new TaskOptions { Cached = keep });
            await Client.Result(iter, TimeSpan.FromSeconds(10));
            await Client.AsyncIter("demo.echo", [], new TaskOptions { Cached = keep });
            await Eventually.IsTrue(() => SharedFile.Lines(Path.Combine(Folder, label + "-end")).Length == 1);
            await Eventually.IsTrue(async () => await Client.Queues.Sizes() is { Running: 0, Waiting: 0 }, what: "the hooks have ended too");
        }

        async Task<string[]> KeysAsync(int? ttl = null)
        {
            var filter = ttl is null ? "true" : $"redis.call('PTTL', k) == {ttl}";
            var keys = await Redis.CallAsync("EVAL", $"local r = {{}} for _, k in ipairs(redis.call('KEYS', '*')) do if {filter} then r[#r + 1] = string.gsub(k, '[^%w:{{}}-]', '.') end end return table.concat(r, ' ')", "0");
            return keys.Split('\n').Last(l => l.Trim().Length > 0).Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
    }
}
