using QCluster.TaskClasses;
using QCluster.TestSupport;

namespace QCluster.ChaosTests.Api;

/// <summary>Tasks that fail and are tried again, and the dead list.</summary>
internal sealed class RetryTests : ApiFixture
{
    private static readonly TaskOptions Thrice = new() { MaxAttempts = 3, RetryBackoff = TimeSpan.FromMilliseconds(400) };

    [Test]
    public async Task Success_after_two_failures_is_one_record_with_three_attempts()
    {
        var id = await Client.Async(new TaskCall("demo.flaky", 2), Thrice);
        var record = (await Client.Fetch(id, Wait))!;
        Assert.Multiple(() =>
        {
            Assert.That((record.State, record.Result, record.Attempt), Is.EqualTo((TaskState.Succeeded, (object)3L, 3)));
            Assert.That(record.Attempts.Select(a => a.Number), Is.EqualTo(new[] { 1, 2, 3 }));
            Assert.That(record.Attempts.Select(a => a.Error?.Message), Is.EqualTo(new[] { "attempt 1 of 3", "attempt 2 of 3", null }));
            Assert.That(record.Attempts.Select(a => a.Error?.Type), Is.EqualTo(new[] { "System.IO.IOException", "System.IO.IOException", null }));
            for (var i = 1; i < 3; i++)
            {
                Assert.That(record.Attempts[i].Started, Is.GreaterThanOrEqualTo(record.Attempts[i - 1].Stopped));
                // The pause is anything up to its longest; the rest is what this machine takes to come to it.
                Assert.That(record.Attempts[i].Started - record.Attempts[i - 1].Stopped, Is.LessThan((400 * Math.Pow(2, i - 1) * TimeSpan.FromMilliseconds(1)) + TimeSpan.FromSeconds(2)));
            }
        });
        Assert.That((await Client.Successes.Query(new TaskQuery { Func = "demo.flaky" })).Tasks.Count(t => t.Id == id), Is.EqualTo(1));
    }

    [Test]
    public async Task Without_jitter_the_retry_delays_are_exact()
    {
        var id = await Client.Async(new TaskCall("demo.flaky", 2), Thrice with { RetryJitter = false, RetryBackoff = TimeSpan.FromMilliseconds(300) });
        var attempts = (await Client.Fetch(id, Wait))!.Attempts;
        Assert.That(attempts[1].Started - attempts[0].Stopped, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(299)));
        Assert.That(attempts[2].Started - attempts[1].Stopped, Is.GreaterThanOrEqualTo(TimeSpan.FromMilliseconds(599)));
    }

    [Test]
    public async Task A_task_that_waits_for_a_retry_has_its_failures_in_its_record()
    {
        var id = await Client.Async(new TaskCall("demo.flaky", 1), Thrice with { RetryBackoff = TimeSpan.FromMinutes(5), RetryJitter = false });
        await Eventually.IsTrue(async () => (await Client.Fetch(id))!.State == TaskState.Delayed);
        var record = (await Client.Fetch(id))!;
        Assert.That((record.Func, record.Attempts.Count, record.Error?.Message), Is.EqualTo(("demo.flaky", 1, "attempt 1 of 2")));
        Assert.That(await new AsyncResult(id, Client).Status(), Is.EqualTo(ResultStatus.RETRY));
        var (_, why, _) = await RunToolAsync("why", id);
        Assert.That(why, Does.Contain("has failed once").And.Contain("attempt 1 of 2").And.Contain("retried at"));
        Assert.That(await Client.Cancel(id), Is.EqualTo(CancelResult.Cancelled));
    }

    [Test]
    public async Task Exception_types_decide_whether_a_task_is_retried()
    {
        var on = await Client.Async(new TaskCall("demo.flaky", 1), Thrice with { RetryOn = [typeof(IOException)] });
        var never = await Client.Async(new TaskCall("demo.flaky", 1), Thrice with { DontRetryOn = ["IOException"] });
        Assert.That((await Client.Fetch(on, Wait))!.Success, Is.True);
        Assert.That(((await Client.Fetch(never, Wait))!.Success, (await Client.Fetch(never))!.Attempt), Is.EqualTo(((bool?)false, 1)));
    }

    [Test]
    public async Task A_task_may_request_its_retry_under_the_same_id()
    {
        var id = await Client.Async("demo.retry", 2, 0.05);
        var record = (await Client.Fetch(id, Wait))!;
        Assert.That((record.Id, record.Success, record.Attempt), Is.EqualTo((id, (bool?)true, 3)));
        Assert.That(record.Attempts[0].Error!.Message, Does.Contain("not yet"));
    }

    [Test]
    public async Task A_hung_task_is_retried_after_its_process_was_killed()
    {
        var id = await Client.Async(new TaskCall("demo.spin", 60), new TaskOptions { TimeLimit = TimeSpan.FromMilliseconds(300), MaxAttempts = 2, RetryBackoff = TimeSpan.FromMilliseconds(10), RetryOn = [typeof(TimeoutException)] });
        var record = (await Client.Fetch(id, TimeSpan.FromSeconds(30)))!;
        Assert.That(record.Attempts.Select(a => a.Error?.Reason), Is.EqualTo(new FailureReason?[] { FailureReason.Timeout, FailureReason.Timeout }));
        Assert.That((await Client.Dead.List(limit: 1000)).Select(t => t.Id), Does.Contain(id));
    }

    [Test]
    public async Task A_sync_task_is_retried_too()
    {
        var functions = new FunctionRegistry().Add("flaky", (int failures, TaskContext context) => context.Attempt > failures ? context.Attempt : throw new IOException("no"));
        await using var client = new QClusterClient(Settings, null, functions);
        var id = await client.Async(new TaskCall("flaky", 2), Thrice with { Sync = true });
        var record = (await client.Fetch(id))!;
        Assert.That((record.Result, record.Attempts.Count), Is.EqualTo(((object)3L, 3)));
    }

    [Test]
    public async Task Library_and_tool_list_retry_and_purge_dead_lettered_tasks()
    {
        await Client.Dead.PurgeAll();
        var ids = await Client.AsyncBulk(Enumerable.Range(0, 4).Select(i => new TaskCall("demo.fail", $"dead {i}")), Thrice with { RetryBackoff = TimeSpan.Zero });
        foreach (var id in ids)
            Assert.That((await Client.Fetch(id, Wait))!.Attempts, Has.Count.EqualTo(3));
        Assert.That((await Client.Dead.List()).Select(t => t.Id), Is.EquivalentTo(ids));

        var again = await Client.Dead.Retry(ids[0]);
        Assert.That((await Client.Fetch(again, Wait))!.Attempt, Is.EqualTo(3), "with its options");
        Assert.That((await Client.Dead.List()).Select(t => t.Id), Is.EquivalentTo(ids.Skip(1).Append(again)));
        Assert.That(await Client.Dead.Purge(ids[1]), Is.True);
        Assert.That(await Client.Fetch(ids[1]), Is.Null);

        var (_, list, _) = await RunToolAsync("dead", "list", "--json");
        Assert.That(list.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(3));
        var (_, retried, _) = await RunToolAsync("dead", "retry", ids[2]);
        Assert.That((await Client.Fetch(retried.Trim(), Wait))!.Func, Is.EqualTo("demo.fail"));
        var (_, purged, _) = await RunToolAsync("dead", "purge", "--all");
        Assert.That(purged.Trim(), Is.EqualTo("3"));
        Assert.That(await Client.Dead.Count(), Is.Zero);
        Assert.That((await RunToolAsync("dead", "purge")).ExitCode, Is.Not.Zero, "neither ids nor --all");
    }
}
