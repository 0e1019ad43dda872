using QCluster.TestSupport;

namespace QCluster.ChaosTests.Api;

/// <summary>Results by id and by name, saved and cached, and running tasks again.</summary>
internal sealed class ResultTests : ApiFixture
{
    [TestCase(0L)]
    [TestCase("")]
    [TestCase(false)]
    [TestCase(null)]
    public async Task A_falsy_result_is_a_result(object? value)
    {
        var id = await Client.Async("demo.echo", value);
        var record = await Client.Fetch(id, Wait);
        Assert.That((record!.Success, record.Result), Is.EqualTo((true, value)));
        Assert.That(await Client.Result(id, Wait), Is.EqualTo(value));
    }

    [Test]
    public async Task A_name_finds_the_task_enqueued_last_before_and_after_it_ends()
    {
        var name = Unique("name");
        Assert.That(await Client.Fetch(name), Is.Null, "nobody has that name yet");
        await Client.Async(new TaskCall("demo.echo", 1), new TaskOptions { TaskName = name });
        Assert.That(await Client.Result(name, Wait), Is.EqualTo(1));
        await Client.Async(new TaskCall("demo.sleep", 0.3), new TaskOptions { TaskName = name });
        Assert.That(await Client.GetResult(name), Is.Null, "it is not done");
        Assert.That(await Client.Result(name, Wait), Is.EqualTo(0.3));
    }

    [Test]
    public async Task A_failed_task_has_its_error_as_untyped_result_and_throws_when_typed()
    {
        var id = await FailAsync();
        Assert.That(await Client.Result(id, Wait), Does.StartWith("System.InvalidOperationException: no"));
        Assert.That(async () => await Client.Result<string>(id, Wait), Throws.InstanceOf<TaskFailedException>().With.Message.Contains("no"));
    }

    [Test]
    public async Task Successes_and_failures_are_found_by_their_properties()
    {
        var group = Unique("group");
        var good = await Client.AsyncBulk(Enumerable.Range(0, 7).Select(i => new TaskCall("demo.echo", i)), new TaskOptions { Group = group });
        await FailAsync(new TaskOptions { Group = group, TaskName = "the bad one" });
        await Client.ResultGroup(group, wait: Wait);

        var query = new TaskQuery { Group = group, Limit = 3 };
        var first = await Client.Successes.Query(query);
        var all = new List<TaskRecord>();
        await foreach (var task in Client.Successes.All(query with { OldestFirst = true }))
            all.Add(task);
        Assert.Multiple(() =>
        {
            Assert.That(first.Tasks, Has.Count.EqualTo(3));
            Assert.That(first.Next, Is.Not.Null);
            Assert.That(all.Select(t => t.Id), Is.EquivalentTo(good));
            Assert.That(all.Select(t => t.Stopped), Is.Ordered);
        });
        var failures = await Client.Failures.Query(new TaskQuery { Func = "demo.fail", Name = "the bad one", Group = group });
        Assert.That(failures.Tasks.Single().Error!.Message, Is.EqualTo("no"));
        Assert.That(await Client.Failures.Count(new TaskQuery { Group = group, Cluster = "nowhere" }), Is.Zero);
        Assert.That(await Client.Successes.Count(new TaskQuery { Group = group, From = DateTimeOffset.UtcNow.AddMinutes(1) }), Is.Zero);
        Assert.That(await Client.Successes.Delete(new TaskQuery { Group = group }), Is.EqualTo(7));
        Assert.That(await Client.Successes.Count(new TaskQuery { Group = group }), Is.Zero);
        Assert.That(await Client.Fetch(good[0]), Is.Null);
    }

    [Test]
    public async Task A_cached_task_is_not_among_the_saved_ones_and_can_be_deleted()
    {
        var id = await Client.Async(new TaskCall("demo.echo", 1), new TaskOptions { Cached = TimeSpan.FromMinutes(1), TaskName = Unique("cached") });
        var record = await Client.Fetch(id, Wait);
        Assert.That(await Client.Successes.Count(new TaskQuery { Name = record!.Name }), Is.Zero);
        Assert.That(await Client.DeleteCached(id), Is.True);
        Assert.That(await Client.DeleteCached(id), Is.False);
        Assert.That(await Client.Fetch(id), Is.Null);
    }

    [Test]
    public async Task An_unsaved_task_has_a_record_only_if_it_fails()
    {
        var good = await Client.Async(new TaskCall("demo.echo", 1), new TaskOptions { Save = false });
        Assert.That(async () => await Client.Result<int>(good, Wait), Throws.TypeOf<UnknownTaskException>().With.Message.Contains("has succeeded"));
        Assert.That(await Client.Fetch(good, Wait), Is.Null);
        Assert.That((await Client.Fetch(await FailAsync(new TaskOptions { Save = false }), Wait))!.Error!.Message, Is.EqualTo("no"));
    }

    [Test]
    public async Task A_finished_task_runs_again_with_all_its_options()
    {
        var path = Path.Combine(Folder, Unique("retry"));
        var options = new TaskOptions { TaskName = Unique("again"), Group = Unique("group"), Hook = "hooks.append", HookArgs = [path], Timeout = TimeSpan.FromMinutes(3), Priority = 7 };
        var first = await FailAsync(options);
        await Client.Fetch(first, Wait);
        var second = await Client.Retry(first);
        var record = await Client.Fetch(second, Wait);
        Assert.That(second, Is.Not.EqualTo(first));
        Assert.That((record!.Name, record.Group, record.Hook, record.Args.Single()), Is.EqualTo((options.TaskName, options.Group, options.Hook, "no")));
        await Eventually.IsTrue(() => SharedFile.Lines(path).Length == 2);
        Assert.That(await Client.CountGroup(options.Group), Is.EqualTo(2));
    }

    [Test]
    public async Task Unfinished_and_unknown_tasks_cannot_run_again()
    {
        var id = await Client.Async("demo.sleep", 1);
        Assert.That(async () => await Client.Retry(id), Throws.InvalidOperationException.With.Message.Contains("not finished"));
        Assert.That(async () => await Client.Retry(Guid.NewGuid().ToString("N")), Throws.InstanceOf<UnknownTaskException>());
    }

    [Test]
    public async Task A_held_unique_key_returns_the_task_that_holds_it()
    {
        var key = Unique("key");
        var options = new TaskOptions { UniqueKey = key };
        var first = await Client.Async(new TaskCall("demo.sleep", 0.3), options);
        Assert.That(await Client.Async(new TaskCall("demo.sleep", 0.3), options), Is.EqualTo(first));
        await Client.Fetch(first, Wait);
        Assert.That(await Client.Async(new TaskCall("demo.echo", 1), options), Is.Not.EqualTo(first), "it has ended");

        var windowed = new TaskOptions { UniqueKey = key + "w", UniqueWindow = TimeSpan.FromMinutes(1) };
        var held = await Client.Async(new TaskCall("demo.echo", 1), windowed);
        await Client.Fetch(held, Wait);
        Assert.That(await Client.Async(new TaskCall("demo.echo", 2), windowed), Is.EqualTo(held), "the window outlives the task");
    }

    [Test]
    public async Task Started_is_when_a_worker_picked_it_up()
    {
        var id = await Client.Async(new TaskCall("demo.sleep", 0.1), new TaskOptions { Delay = TimeSpan.FromMilliseconds(400) });
        var record = await Client.Fetch(id, Wait);
        Assert.That(record!.Started - record.Queued, Is.GreaterThan(TimeSpan.FromMilliseconds(390)));
        Assert.That(record.TimeTaken(), Is.InRange(0.09, 0.39));
    }

    [Test]
    public async Task A_task_object_runs_again_after_a_change()
    {
        var task = new AsyncTask("demo.echo", 1) { Client = Client };
        Assert.That(await task.Result(Wait), Is.Null, "it has not been run");
        await task.Run();
        Assert.That(await task.Result(Wait), Is.EqualTo(1));
        task.Call = new TaskCall("demo.echo", 2);
        Assert.That(task.Id, Is.Null);
        task.Options = new TaskOptions { Group = Unique("group") };
        await task.Run();
        Assert.That(await task.ResultGroup(wait: Wait), Is.EqualTo(new object[] { 2 }));
    }
}
