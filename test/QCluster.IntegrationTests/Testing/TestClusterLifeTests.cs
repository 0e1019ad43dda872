using QCluster.IntegrationTests.Broker;
using QCluster.TaskClasses;
using QCluster.Testing;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Testing;

/// <summary>How test clusters start and end, on a server that they share.</summary>
internal sealed class TestClusterLifeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private IRedisFixture _server = null!;

    [OneTimeSetUp]
    public async Task StartServer() => _server = await RedisFixture.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    private Task<TestCluster> StartAsync(ClusterFunctions functions, Action<TestClusterBuilder>? more = null) => TestCluster.StartAsync(cluster =>
    {
        cluster.Redis = _server.Endpoint;
        cluster.Options.Grace = TimeSpan.FromSeconds(1);
        functions.Register(cluster.Functions);
        more?.Invoke(cluster);
    });

    [Test]
    public async Task Clusters_on_one_server_are_separate_and_leave_no_keys()
    {
        string[] names;
        await using (var one = await StartAsync(new ClusterFunctions()))
        await using (var other = await StartAsync(new ClusterFunctions()))
        {
            Assert.That(other.Name, Is.Not.EqualTo(one.Name));
            names = [one.Name, other.Name];
            await one.Client.Async(new TaskCall("math.add", 1, 2), new TaskOptions { Delay = TimeSpan.FromHours(1) });
            var id = await other.Client.Async("math.add", 3, 4);
            Assert.That(await other.Client.Result<int>(id, Limit), Is.EqualTo(7));
            Assert.That(await one.Client.Result(id), Is.Null);
        }

        foreach (var name in names)
            Assert.That(await _server.CallAsync("KEYS", $"*{name}*"), Is.Empty);
    }

    [Test]
    public async Task A_task_that_observes_the_stop_runs_again_in_the_next_cluster()
    {
        var first = new ClusterFunctions();
        var name = TestNames.Next();
        string id;
        await using (var cluster = await StartAsync(first, c => c.Options.Name = name))
        {
            id = await cluster.Client.Async("wait.for_token");
            await first.Started.Task.WaitAsync(Limit);
        }

        await using var next = await StartAsync(new ClusterFunctions(), c =>
        {
            c.Options.Name = name;
            c.Functions.Unregister("wait.for_token");
            c.Functions.Add("wait.for_token", (TaskContext task) => task.Attempt);
        });
        Assert.That(await next.Client.Result<int>(id, Limit), Is.EqualTo(1), "not counted as an attempt");
    }

    [Test]
    public async Task A_stopping_cluster_finishes_its_tasks_and_claims_no_more()
    {
        var name = TestNames.Next();
        var cluster = await StartAsync(new ClusterFunctions(), c => c.Options.Name = name);
        var slow = await cluster.Client.Async("sleep", 300);
        await Eventually.IsTrue(async () => (await cluster.Client.Fetch(slow))!.State == TaskState.Running);
        await cluster.DisposeAsync();
        await using var client = new QClusterClient(new QClusterOptions { Redis = _server.Endpoint, Name = name });
        Assert.That((await client.Fetch(slow))!.State, Is.EqualTo(TaskState.Succeeded));
        var later = await client.Async("math.add", 1, 1);
        await Task.Delay(200);
        Assert.That((await client.Fetch(later))!.State, Is.EqualTo(TaskState.Queued));
    }

    [Test]
    public async Task Task_with_a_function_of_another_cluster_is_left_to_it()
    {
        var name = TestNames.Next();
        await using var without = await StartAsync(new ClusterFunctions(), c => c.Options.Name = name);
        await using var with = await StartAsync(new ClusterFunctions(), c =>
        {
            c.Options.Name = name;
            c.Functions.Add("only.here", static (int value) => value);
        });
        var ids = await with.Client.AsyncBulk(Enumerable.Range(0, 40).Select(static i => new TaskCall("only.here", i)));
        for (var i = 0; i < ids.Count; i++)
            Assert.That(await with.Client.Result<int>(ids[i], Limit), Is.EqualTo(i));
    }

    [Test]
    public void A_bad_setting_fails_the_start() =>
        Assert.That(() => StartAsync(new ClusterFunctions(), c => c.Options.Concurrency = 0), Throws.TypeOf<InvalidSettingException>().With.Message.Contains("concurrency"));

    [Test]
    public async Task The_rate_limit_of_a_function_delays_its_tasks()
    {
        var starts = new List<DateTimeOffset>();
        await using var cluster = await StartAsync(new ClusterFunctions(), c => c.Functions.Register<Limited>());
        Limited.Starts = starts;
        for (var i = 0; i < 3; i++)
            await cluster.Client.Async("limited");
        await cluster.WaitForIdleAsync(Limit);
        Assert.That(starts, Has.Count.EqualTo(3));
        Assert.That(starts[2] - starts[0], Is.GreaterThan(TimeSpan.FromMilliseconds(900)));
    }

    internal sealed class Limited : ClusterTask<Limited>
    {
        public static List<DateTimeOffset> Starts { get; set; } = [];

        public override string Name => "limited";

        public override string? RateLimit => "1/s";

        public void Run()
        {
            lock (Starts)
                Starts.Add(DateTimeOffset.UtcNow);
        }
    }
}
