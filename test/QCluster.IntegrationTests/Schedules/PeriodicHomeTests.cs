using System.Collections.Concurrent;
using QCluster.TaskClasses;
using QCluster.Testing;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Schedules;

/// <summary>A periodic task class has one schedule under a cluster name, whatever queues its clusters serve.</summary>
internal sealed class PeriodicHomeTests : ScheduleFixture
{
    [SetUp]
    public void Forget() => Tick.Slots.Clear();

    [Test]
    public async Task Clusters_that_serve_different_queues_have_one_schedule_of_a_class()
    {
        await using var one = await StartAsync("default");
        await using var other = await StartAsync("mail");
        Assert.That(await HomesAsync(), Is.EqualTo(new[] { "default" }));
        await Task.Delay(TimeSpan.FromSeconds(4));
        Assert.That(Tick.Slots, Has.Count.GreaterThanOrEqualTo(2).And.Unique);
    }

    [Test]
    public async Task A_class_moves_with_its_counters_when_its_queue_is_not_served()
    {
        await using (await StartAsync("default"))
            await Eventually.IsTrue(async () => (await Client.Schedules.Get("tick"))!.Runs >= 2, Limit);
        var before = (await Client.Schedules.Get("tick"))!;
        await using var other = await StartAsync("mail");
        Assert.That(await HomesAsync(), Is.EqualTo(new[] { "mail" }));
        await Eventually.IsTrue(async () => (await Client.Schedules.Get("tick", "mail"))!.Runs > before.Runs, Limit);
        await using var first = await StartAsync("default");
        Assert.That(await HomesAsync(), Is.EqualTo(new[] { "mail" }), "who comes back finds it there");
    }

    [Test]
    public async Task Duplicate_schedules_of_an_earlier_version_become_one()
    {
        await using (await StartAsync("mail"))
            await Eventually.IsTrue(async () => (await Client.Schedules.Get("tick", "mail"))!.Runs >= 1, Limit);
        // As it was before there was a home: one in each queue that some cluster served first.
        foreach (var queue in new[] { "default", "video" })
            await ((QCluster.Client.Schedules.ScheduleClient)Client.Schedules).AddPeriodicAsync(new Tick().ToSchedule(), queue, null, CancellationToken.None);
        await RedisAsync("DEL", $"q:{{{Name}:default}}:ph");
        Assert.That(await HomesAsync(), Is.EqualTo(new[] { "default", "mail", "video" }));
        await using var cluster = await StartAsync("default", "mail");
        Assert.That(await HomesAsync(), Is.EqualTo(new[] { "default" }));
    }

    [Test]
    public async Task A_schedule_that_a_call_added_under_that_name_stays()
    {
        await Client.Schedules.Add(new Schedule("tick", TimeSpan.FromHours(1), "f") { Options = new TaskOptions { Queue = "mail" } });
        await using var cluster = await StartAsync("default", "mail");
        Assert.That(await HomesAsync(), Is.EqualTo(new[] { "default", "mail" }));
        Assert.That((await Client.Schedules.Get("tick", "mail"))!.IsPeriodicTask, Is.False);
    }

    [Test]
    public async Task A_routing_key_moves_the_class_to_its_queue()
    {
        await using var one = await StartAsync("default");
        await using var other = await TestClusterOf(cluster => cluster.Functions.Register<RoutedTick>(), "default");
        Assert.That(await HomesAsync(), Is.EqualTo(new[] { "reports" }));
    }

    [Test]
    public async Task A_class_without_a_cluster_is_suspended_with_the_reason()
    {
        await using (await StartAsync("default"))
            await Eventually.IsTrue(async () => (await Client.Schedules.Get("tick"))!.Runs >= 1, Limit);
        var runs = (await Client.Schedules.Get("tick"))!.Runs;
        await using (await StartClusterAsync())
        {
            await Eventually.IsTrue(async () => (await Client.Schedules.Get("tick"))!.Problem is not null, Limit);
            await Task.Delay(TimeSpan.FromSeconds(2));
            var resting = (await Client.Schedules.Get("tick"))!;
            Assert.That((resting.Runs, resting.Due), Is.EqualTo((runs, (DateTimeOffset?)null)));
            Assert.That(resting.Problem, Does.Contain("no running cluster"));
            Assert.That((await Client.Failures.Query(new TaskQuery { Func = "tick" })).Tasks, Is.Empty);
        }

        await using var back = await StartAsync("default");
        await Eventually.IsTrue(async () => (await Client.Schedules.Get("tick"))!.Runs > runs, Limit);
        Assert.That((await Client.Schedules.Get("tick"))!.Problem, Is.Null);
    }

    private Task<TestCluster> StartAsync(params string[] queues) => TestClusterOf(cluster => cluster.Functions.Register<Tick>(), queues);

    private Task<TestCluster> TestClusterOf(Action<TestClusterBuilder> register, params string[] queues) => StartClusterAsync(cluster =>
    {
        register(cluster);
        foreach (var queue in queues)
            cluster.Options.Queues.Add(queue);
    });

    private async Task<string[]> HomesAsync() => [.. (await Client.Schedules.ListAll()).Where(s => s.Name == "tick").Select(s => s.Queue)];

    internal class Tick : PeriodicTask
    {
        public override string Name => "tick";

        public override Recurrence RunEvery => TimeSpan.FromSeconds(1);

        public static ConcurrentQueue<DateTimeOffset> Slots { get; } = [];

        public void Run() => Slots.Enqueue(Context.ScheduledFor!.Value);
    }

    internal sealed class RoutedTick : Tick
    {
        public override string? RoutingKey => "reports";
    }
}
