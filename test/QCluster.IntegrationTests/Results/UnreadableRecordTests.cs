using QCluster.IntegrationTests.Testing;
using QCluster.Testing;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Results;

/// <summary>A record that cannot be read is shown as such, and hides no other.</summary>
internal sealed class UnreadableRecordTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private RedisServer _server = null!;
    private TestCluster _cluster = null!;

    [SetUp]
    public async Task Start()
    {
        _server = await RedisServer.StartAsync();
        _cluster = await TestCluster.StartAsync(cluster =>
        {
            cluster.Redis = _server.Endpoint;
            new ClusterFunctions().Register(cluster.Functions);
        });
    }

    [TearDown]
    public async Task Stop()
    {
        await _cluster.DisposeAsync();
        await _server.DisposeAsync();
    }

    private QClusterClient Client => _cluster.Client;

    /// <summary>Damages the one record that has this text.</summary>
    private async Task DamageAsync(string text)
    {
        var script = $"local n = 0 for _, key in ipairs(redis.call('KEYS', '*:r:*')) do local value = redis.call('GET', key) if string.find(value, '{text}', 1, true) then redis.call('SET', key, 'garbage') n = n + 1 end end return n";
        Assert.That((await _server.CallAsync("EVAL", script, "0")).TrimStart(':'), Is.EqualTo("1"));
    }

    [Test]
    public async Task Every_list_shows_an_unreadable_record_with_id_and_reason()
    {
        var failures = await EnqueueAsync("fail.always", "first", "broken", "third");
        var successes = await EnqueueAsync("text.of", "one", "spoilt", "three");
        await DamageAsync("broken");
        await DamageAsync("spoilt");

        foreach (var (tasks, ids, state) in new[] { (Client.Failures, failures, TaskState.Failed), (Client.Successes, successes, TaskState.Succeeded) })
        {
            var page = await tasks.Query(new TaskQuery { OldestFirst = true });
            Assert.That(page.Tasks.Select(t => t.Id), Is.EquivalentTo(ids));
            Assert.That(page.Tasks.Where(t => t.Unreadable is not null).Select(t => (t.Id, t.State)), Is.EqualTo(new[] { (ids[1], state) }));
            Assert.That(page.Tasks.Single(t => t.Unreadable is not null).Error!.Message, Does.StartWith($"The record of the task {ids[1]} cannot be read: "));
            Assert.That(await tasks.Count(), Is.EqualTo(3));
            var group = await Client.FetchGroup(state == TaskState.Failed ? "fail.always" : "text.of");
            Assert.That(group!.Select(r => (r.Id, r.Unreadable is null)), Is.EqualTo(new[] { (ids[0], true), (ids[1], false), (ids[2], true) }));
        }

        Assert.That(async () => await Client.Fetch(failures[1]), Throws.TypeOf<WireFormatException>().With.Message.Contains(failures[1]));
        Assert.That(await Client.Failures.Delete(), Is.EqualTo(3));
        Assert.That(await Client.Failures.Count(), Is.Zero);
    }

    [Test]
    public async Task A_chain_with_an_unreadable_record_shows_its_other_steps()
    {
        var chain = new Chain([new ChainStep("text.of", "one"), new ChainStep("text.of", "spoilt"), new ChainStep("text.of", "three")]) { Client = Client };
        await chain.Run();
        await chain.Result(Limit);
        await DamageAsync("spoilt");
        var steps = await chain.Fetch();
        Assert.That(steps!.Select(s => s.Unreadable is null), Is.EqualTo(new[] { true, false, true }));
    }

    private async Task<string[]> EnqueueAsync(string func, params string[] texts)
    {
        var ids = new List<string>();
        foreach (var text in texts)
            ids.Add(await Client.Async(new TaskCall(func, text), new TaskOptions { Group = func }));
        foreach (var id in ids)
            await Client.Fetch(id, Limit);
        return [.. ids];
    }
}
