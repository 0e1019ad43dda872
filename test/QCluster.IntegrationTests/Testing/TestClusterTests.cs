using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using QCluster.TaskClasses;
using QCluster.Testing;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Testing;

/// <summary>Real tasks from a real Redis in this process; the cluster starts the server itself.</summary>
internal sealed class TestClusterTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private ClusterFunctions _functions = null!;
    private TestCluster _cluster = null!;

    private QClusterClient Client => _cluster.Client;

    [SetUp]
    public async Task Start()
    {
        _functions = new ClusterFunctions();
        _cluster = await TestCluster.StartAsync(cluster =>
        {
            _functions.Register(cluster.Functions);
            cluster.Functions.Add("greet", (string name, [Injected] Greeter greeter) => greeter.Greet(name));
            cluster.Services.AddSingleton<Greeter>();
            cluster.Options.Queues.Add("default");
            cluster.Options.Queues.Add("other");
            cluster.Options.Concurrency = 4;
            cluster.Options.Grace = TimeSpan.FromSeconds(1);
        });
    }

    [TearDown]
    public async Task Stop() => await _cluster.DisposeAsync();

    internal sealed class Greeter
    {
        public string Greet(string name) => $"hello {name}";
    }

    [Test]
    public async Task Tasks_run_with_the_services_of_the_test_and_leave_records()
    {
        var id = await Client.Async("greet", "world");
        Assert.That(await Client.Result<string>(id, Limit), Is.EqualTo("hello world"));
        var record = await Client.Fetch(id);
        Assert.That((record!.State, record.Func, record.Attempt), Is.EqualTo((TaskState.Succeeded, "greet", 1)));
        Assert.That(record.Worker, Does.StartWith("test-"));
    }

    [Test]
    public async Task A_chain_across_queues_passes_its_values_and_calls_its_hook_once()
    {
        var group = await Client.AsyncChain(
            [new ChainStep("math.add", 1, 2), new ChainStep(new TaskCall("math.add", Chain.Previous, 39), new TaskOptions { Queue = "other" }), new ChainStep("text.of", Chain.Previous)],
            new ChainOptions { Hook = "hooks.keep" });
        Assert.That(await Client.ResultGroup(group, wait: Limit), Is.EqualTo(new object[] { 3L, 42L, "<42>" }));
        await _cluster.WaitForIdleAsync(Limit);
        Assert.That(_functions.Hooked.Select(r => (r.Func, r.Result)), Is.EqualTo(new[] { ("text.of", (object)"<42>") }));
    }

    [Test]
    public async Task A_group_and_a_set_with_its_callback_are_collected()
    {
        await Client.AsyncBulk(Enumerable.Range(0, 20).Select(i => new TaskCall("math.add", i, 100)), new TaskOptions { Group = "sums" });
        Assert.That(await Client.ResultGroup("sums", wait: Limit, count: 20), Is.EqualTo(Enumerable.Range(100, 20).Select(i => (object)(long)i)));

        var set = await Client.RunSet(new TaskSet("math.add", [new object?[] { 1, 1 }, new object?[] { 2, 2 }]) { Callback = new TaskCall("set.done") });
        await _cluster.WaitForIdleAsync(Limit);
        Assert.That(await set.Join<int>(Limit), Is.EqualTo(new[] { 2, 4 }));
        Assert.That((await set.Callback!.Fetch())!.Error!.Reason, Is.EqualTo(FailureReason.UnknownFunction));
    }

    [Test]
    public async Task A_retry_waits_for_its_back_off_and_the_record_has_every_attempt()
    {
        var backoff = TimeSpan.FromMilliseconds(300);
        var id = await Client.Async(new TaskCall("fail.twice"), new TaskOptions { MaxAttempts = 3, RetryBackoff = backoff, RetryJitter = false });
        Assert.That(await Client.Result<int>(id, Limit), Is.EqualTo(3));
        Assert.That(_functions.Attempts.Select(a => a.Attempt), Is.EqualTo([1, 2, 3]));
        Assert.That(_functions.Attempts[1].At - _functions.Attempts[0].At, Is.GreaterThanOrEqualTo(backoff));
        Assert.That(_functions.Attempts[2].At - _functions.Attempts[1].At, Is.GreaterThanOrEqualTo(backoff * 2));
        var record = await Client.Fetch(id);
        Assert.That(record!.Attempts.Select(a => a.Error?.Message), Is.EqualTo(new[] { "failure 1", "failure 2", null }));
    }

    [Test]
    public async Task Waiting_for_idle_includes_delayed_tasks_only_when_asked()
    {
        var delay = TimeSpan.FromMilliseconds(1500);
        var enqueued = Stopwatch.StartNew();
        var id = await Client.Async(new TaskCall("math.add", 1, 1), new TaskOptions { Delay = delay });
        await _cluster.WaitForIdleAsync(Limit);
        Assert.That((await Client.Fetch(id))!.State, Is.EqualTo(TaskState.Delayed));
        await _cluster.WaitForIdleAsync(Limit, includeDelayed: true);
        Assert.That(enqueued.Elapsed, Is.GreaterThanOrEqualTo(delay));
        Assert.That(await Client.Result<int>(id, TimeSpan.Zero), Is.EqualTo(2));
    }

    [Test]
    public async Task A_running_task_is_cancelled_promptly_through_its_token()
    {
        var id = await Client.Async("wait.for_token");
        await _functions.Started.Task.WaitAsync(Limit);
        var clock = Stopwatch.StartNew();
        Assert.That(await Client.Cancel(id), Is.EqualTo(CancelResult.Requested));
        var record = await Client.Fetch(id, Limit);
        Assert.That((record!.State, record.Error!.Reason), Is.EqualTo((TaskState.Cancelled, FailureReason.Cancelled)));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(1.5)), "well before the next heartbeat");
    }

    [Test]
    public async Task A_task_that_is_cancelled_as_soon_as_it_is_enqueued_ends_cancelled()
    {
        for (var i = 0; i < 20; i++)
        {
            var id = await Client.Async("wait.for_token");
            await Client.Cancel(id);
            Assert.That((await Client.Fetch(id, Limit))!.State, Is.EqualTo(TaskState.Cancelled), $"round {i}");
        }
    }

    [Test]
    public async Task A_timeout_cancels_the_token_and_is_recorded_as_such()
    {
        var id = await Client.Async(new TaskCall("wait.for_token"), new TaskOptions { Timeout = TimeSpan.FromMilliseconds(200), Hook = "hooks.keep" });
        var record = await Client.Fetch(id, Limit);
        Assert.That((record!.State, record.Error!.Reason), Is.EqualTo((TaskState.Failed, FailureReason.Timeout)));
        await _cluster.WaitForIdleAsync(Limit);
        Assert.That(_functions.Hooked.Single().Error!.Reason, Is.EqualTo(FailureReason.Timeout));
    }

    [Test]
    public async Task A_failure_and_an_unknown_function_are_recorded_as_by_a_worker()
    {
        var failed = await Client.Fetch(await Client.Async("fail.always", "broken"), Limit);
        Assert.That((failed!.State, failed.Error!.Type, failed.Error.Message), Is.EqualTo((TaskState.Failed, "System.InvalidOperationException", "broken")));
        Assert.That(failed.Error.Stack, Does.Contain(nameof(ClusterFunctions)));
        Assert.That(await Client.Failures.Count(), Is.EqualTo(1));

        var unknown = await Client.Fetch(await Client.Async("no.such"), Limit);
        Assert.That(unknown!.Error!.Reason, Is.EqualTo(FailureReason.UnknownFunction));
        Assert.That(unknown.Error.Message, Does.Contain("math.add"), "it names those that there are");
        Assert.That(() => Client.Async(new TaskCall("no.such"), new TaskOptions { Mandatory = true }), Throws.TypeOf<NotRegisteredException>());
    }

    [Test]
    public async Task Tasks_that_wait_for_others_release_their_slot()
    {
        var ids = new List<string>();
        for (var i = 0; i < 12; i++)
            ids.Add(await Client.Async(i % 2 == 0 ? "nested.add" : "static.add", i, 1));
        for (var i = 0; i < ids.Count; i++)
            Assert.That(await Client.Result<int>(ids[i], Limit), Is.EqualTo(i + 1));
    }

    [Test]
    public async Task A_concurrency_limit_is_not_exceeded()
    {
        for (var i = 0; i < 4; i++)
            await Client.Async(new TaskCall("sleep", 200), new TaskOptions { ConcurrencyKey = "one" });
        var clock = Stopwatch.StartNew();
        await _cluster.WaitForIdleAsync(Limit);
        Assert.That(clock.Elapsed, Is.GreaterThan(TimeSpan.FromMilliseconds(650)));
    }

    [Test]
    public async Task A_schedule_fires()
    {
        await Client.Schedules.Add(new Schedule("tick", Recurrence.Every(TimeSpan.FromSeconds(1)), "math.add", 1, 2) { Repeats = 2 });
        await Eventually.IsTrue(async () => await Client.Successes.Count(new TaskQuery { Func = "math.add" }) == 2, Limit);
    }

    [Test]
    public async Task A_running_task_is_shown_with_its_progress()
    {
        var id = await Client.Async("progress");
        await _functions.Started.Task.WaitAsync(Limit);
        TaskInfo? info = null;
        await Eventually.IsTrue(async () => (info = await Client.GetTaskInfo(id))?.Progress is not null, Limit);
        Assert.That((info!.Progress, info.ProgressMessage, info.Status), Is.EqualTo((0.25, "a quarter", TaskInfoStatus.Started)));
        Assert.That(() => _cluster.WaitForIdleAsync(TimeSpan.FromMilliseconds(100)), Throws.TypeOf<TimeoutException>().With.Message.Contains("1 run"));
        await Client.Cancel(id);
    }
}
