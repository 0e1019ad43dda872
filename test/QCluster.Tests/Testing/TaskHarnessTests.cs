using Microsoft.Extensions.DependencyInjection;
using QCluster.TaskClasses;
using QCluster.Testing;
using QCluster.Tests.Wire;

namespace QCluster.Tests.Testing;

internal sealed class TaskHarnessTests
{
    private TaskHarness _harness = null!;
    private Orders.Store _store = null!;

    [SetUp]
    public void Create()
    {
        _harness = new TaskHarness();
        _store = new Orders.Store();
        _harness.Services.AddSingleton(_store);
        foreach (var type in new[] { typeof(Orders), typeof(Clockwork), typeof(Zoo) })
        {
            foreach (var method in type.GetMethods().Where(m => m.IsDefined(typeof(TaskFunctionAttribute), inherit: false)))
                _harness.Functions.Add(method);
        }

        _harness.Functions.Register<Nightly>();
        _harness.Functions.Add("math.copysign", Math.CopySign);
    }

    [TearDown]
    public async Task Dispose()
    {
        await _harness.DisposeAsync();
        _store.Dispose();
    }

    [Test]
    public async Task A_success_has_its_value_progress_and_enqueued_calls()
    {
        var result = await _harness.RunAsync("orders.confirm", 7, 9.95m);
        Assert.That(result.State, Is.EqualTo(TaskState.Succeeded), result.ToString());
        Assert.That(result.ValueAs<Orders.Receipt>(), Is.EqualTo(new Orders.Receipt(7, 9.95m)));
        Assert.That(result.Progress, Is.EqualTo(new[] { new ProgressReport(0.5, "charging"), new ProgressReport(1, null) }));
        Assert.That(result.Enqueued.Select(t => t.ToString()), Is.EqualTo(["mail.send(\"order 7\")"]));
        Assert.That(result.Enqueued[0].Options.Delay, Is.EqualTo(TimeSpan.FromMinutes(1)));
        Assert.That(result.Enqueued[0].EnqueuedBy, Is.EqualTo(result.Id));
        Assert.That(_store.Confirmed, Is.EqualTo([7]));
        Assert.That((result.Attempts, result.Retries.Count, result.Error), Is.EqualTo((1, 0, (TaskError?)null)));
    }

    [Test]
    public async Task Calls_are_made_by_name_named_arguments_expression_and_class()
    {
        Assert.That((await _harness.RunAsync("math.copysign", 2, -1)).Value, Is.EqualTo(-2));
        Assert.That((await _harness.RunAsync(() => Math.CopySign(3, -1))).Value, Is.EqualTo(-3));
        Assert.That((await _harness.RunAsync(new TaskCall("nightly") { Kwargs = new Dictionary<string, object?> { ["what"] = "sweep" } })).Value, Is.EqualTo("sweep by nightly"));
        Assert.That((await _harness.RunOnAsync<Nightly>(task => task.Run("dust"))).Value, Is.EqualTo("dust by nightly"));
    }

    [Test]
    public async Task MessagePack_types_are_arguments_by_position_or_name_and_results()
    {
        Assert.That((await _harness.RunAsync("zoo.older", new Dog("Rex", 1), new List<Dog> { new("Max", 2) })).ValueAs<Dog>(), Is.EqualTo(new Dog("Rex", 3)));
        var named = new TaskCall("zoo.older") { Kwargs = new Dictionary<string, object?> { ["others"] = Array.Empty<Dog>(), ["by"] = 5, ["dog"] = new Dog("Rex", 1) } };
        Assert.That((await _harness.RunAsync(named)).ValueAs<Dog>(), Is.EqualTo(new Dog("Rex", 6)));
        Assert.That((await _harness.RunAsync("zoo.any", 0)).ValueAs<IAnimal>(), Is.EqualTo(new Cat("Tom")));
    }

    [Test]
    public async Task A_union_is_an_argument_by_expression_or_with_a_declared_type()
    {
        var dog = new Dog("Rex", 1);
        Assert.That((await _harness.RunAsync(() => Zoo.Name(dog))).Value, Is.EqualTo("Dog Rex"));
        Assert.That((await _harness.RunAsync("zoo.name", TaskArgument.As<IAnimal>(new Cat("Tom")))).Value, Is.EqualTo("Cat Tom"));
        var plain = await _harness.RunAsync("zoo.name", dog);
        Assert.That(plain.Error!.Reason, Is.EqualTo(FailureReason.InvalidArguments), plain.ToString());
    }

    [Test]
    public async Task A_registered_resolver_is_used_for_arguments_and_results()
    {
        await using var harness = new TaskHarness();
        harness.Services.AddSingleton(OrderLineResolver.Options);
        harness.Functions.AddAssembly(typeof(Zoo).Assembly);
        harness.Services.AddSingleton(_store);
        var result = await harness.RunAsync("zoo.line", new Parcel(new OrderLine("tea", 2, null)));
        Assert.That(result.ValueAs<Parcel>().Line.Count, Is.EqualTo(3), result.ToString());
    }

    [Test]
    public async Task An_unserialisable_result_is_a_failure_with_a_reason()
    {
        var result = await _harness.RunAsync("zoo.endless");
        Assert.That((result.State, result.Error!.Reason), Is.EqualTo((TaskState.Failed, FailureReason.InvalidResult)), result.ToString());
        Assert.That(result.Error.Message, Does.Contain("contains itself"));
    }

    [Test]
    public async Task A_failing_function_is_retried_and_advances_the_fake_clock()
    {
        _store.Failures.Enqueue(new TimeoutException("gateway"));
        _store.Failures.Enqueue(new TimeoutException("gateway again"));
        var before = _harness.Clock.GetUtcNow();
        var result = await _harness.RunAsync(new TaskCall("orders.confirm", 1, 2m), new TaskOptions { RetryJitter = false });
        Assert.That(result.State, Is.EqualTo(TaskState.Succeeded));
        Assert.That(result.Retries.Select(r => (r.Attempt, r.Pause.TotalSeconds, r.Error.Message)), Is.EqualTo(new[] { (1, 2.0, "gateway"), (2, 4.0, "gateway again") }));
        Assert.That(result.Attempts, Is.EqualTo(3));
        Assert.That(_harness.Clock.GetUtcNow() - before, Is.EqualTo(TimeSpan.FromSeconds(6)));
    }

    [Test]
    public async Task A_task_without_further_attempts_is_dead_lettered_with_its_error()
    {
        for (var i = 1; i <= 3; i++)
            _store.Failures.Enqueue(new TimeoutException($"gateway {i}"));
        var result = await _harness.RunAsync("orders.confirm", 1, 2m);
        Assert.That((result.State, result.IsGivenUp, result.Attempts), Is.EqualTo((TaskState.Failed, true, 3)));
        Assert.That(result.Error, Is.EqualTo(new TaskError(FailureReason.Exception, "System.TimeoutException", "gateway 3", result.Error!.Stack)));
        Assert.That(result.Error.Stack, Does.Contain(nameof(Orders.Confirm)));
        Assert.That(() => result.ValueAs<Orders.Receipt>(), Throws.TypeOf<TaskFailedException>().With.Message.Contains("gateway 3"));
    }

    [Test]
    public async Task An_exception_that_is_not_retried_ends_the_task_at_once()
    {
        _store.Failures.Enqueue(new InvalidOperationException("no such order"));
        var result = await _harness.RunAsync("orders.confirm", 1, 2m);
        Assert.That((result.State, result.Attempts, result.Error!.Type), Is.EqualTo((TaskState.Failed, 1, "System.InvalidOperationException")));
    }

    [Test]
    public async Task A_requested_retry_is_reported_without_being_run()
    {
        _harness.FollowRetries = false;
        var result = await _harness.RunAsync("clock.ask_again");
        Assert.That(result.State, Is.EqualTo(TaskState.Delayed));
        Assert.That(result.Retries.Single(), Has.Property("Pause").EqualTo(TimeSpan.FromMinutes(10)).And.Property("Attempt").EqualTo(1));
        _harness.FollowRetries = true;
        Assert.That((await _harness.RunAsync("clock.ask_again")).Value, Is.EqualTo("attempt 3"));
        var nightly = await _harness.RunAsync("nightly", "fail");
        Assert.That(nightly.Retries.Select(r => r.Pause), Is.EqualTo(Enumerable.Repeat(TimeSpan.FromMinutes(7), 3)));
    }

    [Test]
    public async Task A_timeout_comes_when_the_fake_clock_reaches_it()
    {
        var run = _harness.Start(new TaskCall("clock.sleep", 100), new TaskOptions { Timeout = TimeSpan.FromSeconds(30) });
        _harness.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.That((run.Completion.IsCompleted, run.Context!.CancelReason), Is.EqualTo((false, TaskCancelReason.None)));
        _harness.Clock.Advance(TimeSpan.FromSeconds(1));
        var result = await run.Completion.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That((result.State, result.Error!.Reason), Is.EqualTo((TaskState.Failed, FailureReason.Timeout)));
        Assert.That(result.Error.Message, Does.Contain("30 s"));
    }

    [Test]
    public async Task A_task_that_awaits_the_clock_continues_when_it_advances()
    {
        var run = _harness.Start("clock.sleep", 3600);
        _harness.Clock.Advance(TimeSpan.FromHours(1));
        Assert.That((await run.Completion.WaitAsync(TimeSpan.FromSeconds(10))).Value, Is.EqualTo("01:00:00"));
        Assert.That((await _harness.RunAsync("clock.injected")).Value, Is.EqualTo("2000"));
    }

    [TestCase(TaskCancelReason.User, TaskState.Cancelled, FailureReason.Cancelled)]
    [TestCase(TaskCancelReason.Timeout, TaskState.Failed, FailureReason.Timeout)]
    [TestCase(TaskCancelReason.Shutdown, TaskState.Queued, FailureReason.Exception)]
    public async Task A_cancelled_task_ends_according_to_the_reason(TaskCancelReason reason, TaskState state, FailureReason failure)
    {
        var run = _harness.Start("clock.sleep", 100);
        run.Cancel(reason);
        var result = await run.Completion.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That((result.State, result.Error!.Reason), Is.EqualTo((state, failure)));
    }

    [Test]
    public async Task A_task_cancelled_between_attempts_is_not_started_again()
    {
        var gate = new TaskCompletionSource();
        var begun = 0;
        _harness.Functions.Add("gated", async (TaskContext task) =>
        {
            begun++;
            await gate.Task;
            throw task.Retry(TimeSpan.FromSeconds(5));
        });
        var run = _harness.Start("gated");
        await using var user = _harness.Clock.CreateTimer(_ => run.Cancel(), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        gate.SetResult();
        var result = await run.Completion.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That((result.State, result.Error!.Reason, result.Retries.Count, begun), Is.EqualTo((TaskState.Cancelled, FailureReason.Cancelled, 1, 1)));
    }

    [Test]
    public async Task Wrong_calls_fail_as_in_a_worker()
    {
        async Task<(TaskState, FailureReason)> Outcome(string func, params object?[] args)
        {
            var result = await _harness.RunAsync(func, args);
            return (result.State, result.Error!.Reason);
        }

        Assert.That(await Outcome("no.such"), Is.EqualTo((TaskState.Failed, FailureReason.UnknownFunction)));
        Assert.That(await Outcome("math.copysign", 1), Is.EqualTo((TaskState.Failed, FailureReason.InvalidArguments)));
        Assert.That(await Outcome("math.copysign", "x", 1), Is.EqualTo((TaskState.Failed, FailureReason.InvalidArguments)));
        Assert.That(await Outcome("bad.result"), Is.EqualTo((TaskState.Failed, FailureReason.InvalidResult)));
        Assert.That(() => _harness.RunAsync("math.copysign", new Action(() => { })), Throws.TypeOf<SerializationException>());
    }

    [Test]
    public async Task An_expired_task_is_not_begun()
    {
        var result = await _harness.RunAsync(new TaskCall("orders.confirm", 1, 2m), new TaskOptions { Expires = _harness.Clock.GetUtcNow().AddSeconds(-1) });
        Assert.That((result.State, result.Error!.Reason), Is.EqualTo((TaskState.Failed, FailureReason.Expired)));
        Assert.That(_store.Confirmed, Is.Empty);
    }

    [Test]
    public async Task A_result_beyond_the_limit_is_a_failure()
    {
        _harness.Options.MaxPacketBytes = 2000;
        _harness.Functions.Add("long.text", () => new string('x', 3000));
        var result = await _harness.RunAsync("long.text");
        Assert.That(result.Error, Has.Property("Reason").EqualTo(FailureReason.InvalidResult).And.Property("Message").Contains("max_packet_bytes"));
    }

    [Test]
    public async Task A_hook_is_given_the_record_of_a_run()
    {
        _store.Failures.Enqueue(new InvalidOperationException("broken"));
        var failed = await _harness.RunAsync("orders.confirm", 1, 2m);
        var hook = await _harness.RunHookAsync("hooks.note", failed, "audit");
        Assert.That(hook.Value, Does.StartWith("audit: orders.confirm Failed System.InvalidOperationException: broken").And.EndsWith(" broken"));
    }

    [Test]
    public async Task Static_calls_are_recorded_inside_a_task_only()
    {
        var result = await _harness.RunAsync("static.enqueue", "hello");
        Assert.That(result.Enqueued.Single().Args, Is.EqualTo(new object[] { "hello" }));
        Assert.That(_harness.Client.Single("mail.send").EnqueuedBy, Is.EqualTo(result.Id));
    }

    [Test]
    public async Task A_wait_inside_a_task_gets_the_prescribed_result_or_an_error()
    {
        var unanswered = await _harness.RunAsync("wait.for_other");
        Assert.That(unanswered.Error, Has.Property("Type").EqualTo("System.NotSupportedException").And.Property("Message").Contains("SetResult"));
        _harness.Client.SetResult("other.count", 41);
        Assert.That((await _harness.RunAsync("wait.for_other")).Value, Is.EqualTo(42));
    }

    [Test]
    public async Task Overlapping_runs_are_independent()
    {
        var runs = Enumerable.Range(0, 20).Select(i => _harness.RunAsync("static.enqueue", $"m{i}")).ToArray();
        var results = await Task.WhenAll(runs);
        Assert.That(results.Select(r => r.Enqueued.Single().Args[0]), Is.EqualTo(Enumerable.Range(0, 20).Select(i => $"m{i}")));
    }

    [Test]
    public async Task Late_registrations_are_refused()
    {
        await _harness.RunAsync("math.copysign", 1, 1);
        Assert.That(() => _harness.Services.AddSingleton("late"), Throws.InvalidOperationException);
        Assert.That(() => _harness.Functions.Add("late", Math.CopySign), Throws.Exception);
    }

    [Test]
    public async Task Services_of_the_harness_are_disposed_with_it()
    {
        var harness = new TaskHarness();
        harness.Services.AddSingleton<Orders.Store>();
        harness.Functions.Add(typeof(Orders).GetMethod(nameof(Orders.Confirm))!);
        await harness.RunAsync("orders.confirm", 1, 1m);
        var store = harness.Provider.GetRequiredService<Orders.Store>();
        await harness.DisposeAsync();
        Assert.That(store.IsDisposed, Is.True);
    }
}
