namespace QCluster.ChaosTests.Api;

/// <summary>Groups and iterations.</summary>
internal sealed class GroupTests : ApiFixture
{
    private async Task<string> EchoGroupAsync(int count, string? queue = null)
    {
        var group = Unique("group");
        await Client.AsyncBulk(Enumerable.Range(0, count).Select(i => new TaskCall("demo.echo", i)), new TaskOptions { Group = group, Queue = queue });
        return group;
    }

    [Test]
    public async Task Results_come_in_the_order_of_enqueueing()
    {
        var group = await EchoGroupAsync(50);
        Assert.That(await Client.ResultGroup(group, wait: Wait), Is.EqualTo(Enumerable.Range(0, 50)));
        Assert.That((await Client.FetchGroup(group))!.Select(r => r.Group), Is.All.EqualTo(group));
    }

    [Test]
    public async Task A_failed_member_does_not_prolong_a_wait()
    {
        var group = Unique("group");
        await FailAsync(new TaskOptions { Group = group });
        await FailAsync(new TaskOptions { Group = group });
        Assert.That(await Client.ResultGroup(group, wait: Wait, count: 2), Is.Empty);
        Assert.That(await Client.ResultGroup(group, failures: true), Has.Count.EqualTo(2).And.All.Contains("InvalidOperationException"));
        Assert.That((await Client.CountGroup(group), await Client.CountGroup(group, failures: true)), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task A_wait_for_n_results_ends_when_there_are_at_least_n()
    {
        var group = await EchoGroupAsync(5);
        Assert.That(await Client.ResultGroup(group, wait: Wait, count: 3), Has.Count.GreaterThanOrEqualTo(3));
        Assert.That(await Client.ResultGroup(group, count: 6), Is.Null, "one look");
        Assert.That(await Client.ResultGroup(group, wait: TimeSpan.FromMilliseconds(50), count: 6), Is.Null, "not in time");
        var waiting = Client.ResultGroup(group, wait: Wait, count: 6);
        await Client.Async(new TaskCall("demo.echo", 5), new TaskOptions { Group = group });
        Assert.That(await waiting, Is.EqualTo(Enumerable.Range(0, 6)));
    }

    [Test]
    public async Task An_unknown_group_has_no_results_and_counts_zero()
    {
        var group = Unique("none");
        Assert.That(await Client.ResultGroup(group), Is.Null);
        Assert.That(await Client.CountGroup(group), Is.Zero);
        Assert.That(await Client.DeleteGroup(group, tasks: true), Is.Zero);
    }

    [Test]
    public async Task A_group_is_deleted_with_its_tasks_or_without()
    {
        var group = await EchoGroupAsync(3);
        var records = await Client.FetchGroup(group, wait: Wait);
        Assert.That(await Client.DeleteGroup(group), Is.EqualTo(3));
        Assert.That(await Client.ResultGroup(group), Is.Null);
        Assert.That(await Client.Fetch(records![0].Id), Is.Not.Null);

        group = await EchoGroupAsync(3);
        records = await Client.FetchGroup(group, wait: Wait);
        Assert.That(await Client.DeleteGroup(group, tasks: true), Is.EqualTo(3));
        Assert.That(await Client.Fetch(records![0].Id), Is.Null);
    }

    [Test]
    public async Task A_member_without_a_record_is_named()
    {
        var group = await EchoGroupAsync(3);
        var records = await Client.FetchGroup(group, wait: Wait);
        await Client.DeleteCached(records![1].Id);
        Assert.That(async () => await Client.ResultGroup(group), Throws.TypeOf<UnknownTaskException>().With.Message.Contains("member 2 of 3"));
    }

    [Test]
    public async Task A_group_of_another_queue_is_addressed_with_its_queue()
    {
        var group = await EchoGroupAsync(3, "mail");
        Assert.That(await Client.ResultGroup(group), Is.Null);
        Assert.That(await Client.ResultGroup(group + "@mail", wait: Wait), Is.EqualTo(Enumerable.Range(0, 3)));
    }

    [Test]
    public async Task An_iteration_is_one_list_in_the_order_of_its_input()
    {
        var id = await Client.AsyncIter("demo.echo", Enumerable.Range(0, 2500).Select(i => (object?)i));
        Assert.That(await Client.Result<int[]>(id, Wait), Is.EqualTo(Enumerable.Range(0, 2500)));
        var record = await Client.Fetch(id);
        Assert.That((record!.State, record.Func), Is.EqualTo((TaskState.Succeeded, "demo.echo")));
        Assert.That(record.Args, Is.EqualTo(Enumerable.Range(0, 2500)));
    }

    [Test]
    public async Task An_iteration_accepts_an_asynchronous_input()
    {
        var id = await Client.AsyncIter("math.add", Slowly());
        Assert.That(await Client.Result(id, Wait), Is.EqualTo(new[] { 0, 2, 4 }));

        static async IAsyncEnumerable<object?> Slowly()
        {
            for (var i = 0; i < 3; i++)
            {
                await Task.Yield();
                yield return new object?[] { i, i };
            }
        }
    }

    [Test]
    public async Task An_iteration_over_no_input_gives_an_empty_list() =>
        Assert.That(await Client.Result(await Client.AsyncIter("demo.echo", []), Wait), Is.Empty);

    [Test]
    public async Task An_iteration_with_a_failed_element_fails_and_names_it()
    {
        var iter = new Iter("math.floor", [1.5, "x", 3.5]) { Client = Client };
        Assert.That(iter.Length(), Is.EqualTo(3));
        var id = await iter.Run();
        var record = await iter.Fetch(Wait);
        Assert.That(record!.State, Is.EqualTo(TaskState.Failed));
        var results = (object?[])record.Result!;
        Assert.That((results[0], results[2]), Is.EqualTo((1, 3)));
        Assert.That(results[1], Does.Contain("math.floor"));
        Assert.That(async () => await Client.Result<double[]>(id, Wait), Throws.InstanceOf<TaskFailedException>());
    }
}
