using QCluster.Model;
using QCluster.TestSupport;

namespace QCluster.ChaosTests.Api;

/// <summary>Every way a task can end is told to its hook, once.</summary>
internal sealed class HookTests : ApiFixture
{
    private async Task<string> LineOfAsync(Func<TaskOptions, Task<string>> enqueue)
    {
        var path = Path.Combine(Folder, Unique("hook"));
        var id = await enqueue(new TaskOptions { Hook = "hooks.append", HookArgs = [path], Cached = TimeSpan.FromMinutes(1) });
        await Eventually.IsTrue(() => SharedFile.Lines(path).Length > 0, Wait);
        var line = SharedFile.Lines(path).Single();
        Assert.That(line, Does.StartWith(id + " "));
        return line[(id.Length + 1)..];
    }

    [Test]
    public async Task A_hook_runs_after_a_success() => Assert.That(await LineOfAsync(o => Client.Async(new TaskCall("demo.echo", "x"), o)), Is.EqualTo("Succeeded \"x\""));

    [Test]
    public async Task A_hook_runs_after_a_success_whose_value_is_not_kept() => Assert.That(await LineOfAsync(o => Client.Async(new TaskCall("demo.echo", "x"), o with { IgnoreResult = true, Cached = null })), Is.EqualTo("Succeeded \"x\""));

    [Test]
    public async Task A_hook_runs_after_a_failure() => Assert.That(await LineOfAsync(o => FailAsync(o)), Is.EqualTo("Failed \"Exception\""));

    [Test]
    public async Task A_hook_runs_after_a_timeout() => Assert.That(await LineOfAsync(o => Client.Async(new TaskCall("demo.sleep", 30), o with { Timeout = TimeSpan.FromMilliseconds(100) })), Is.EqualTo("Failed \"Timeout\""));

    [Test]
    public async Task A_hook_runs_after_a_crash() => Assert.That(await LineOfAsync(o => Client.Async(new TaskCall("demo.exit", 3), o with { MaxLost = 1 })), Is.EqualTo("Failed \"WorkerLost\""));

    [Test]
    public async Task A_hook_runs_after_a_cancel() => Assert.That(
        await LineOfAsync(async o =>
        {
            var id = await Client.Async(new TaskCall("demo.echo", 1), o with { Delay = TimeSpan.FromHours(1) });
            await Client.Cancel(id);
            return id;
        }),
        Is.EqualTo("Cancelled \"Cancelled\""));

    [Test]
    public async Task A_hook_that_fails_is_a_failed_task_of_its_own()
    {
        var id = await Client.Async(new TaskCall("demo.echo", 1), new TaskOptions { Hook = "demo.fail", HookArgs = ["in the hook"] });
        Assert.That((await Client.Fetch(id, Wait))!.Success, Is.True);
        Assert.That(TaskId.TryParse(id, out var task), Is.True);
        var hook = await Client.Fetch(task!.Value.ForHook().ToString(), Wait);
        Assert.That((hook!.State, hook.Func, hook.Error!.Message), Is.EqualTo((TaskState.Failed, "demo.fail", "in the hook")));
    }

    [Test]
    public async Task A_hook_that_is_run_again_gets_its_record_again()
    {
        var folder = Path.Combine(Folder, Unique("later"));
        var path = Path.Combine(folder, "lines");
        var id = await Client.Async(new TaskCall("demo.echo", "x"), new TaskOptions { Hook = "hooks.append", HookArgs = [path], Cached = TimeSpan.FromMinutes(1) });
        Assert.That(TaskId.TryParse(id, out var task), Is.True);
        await Client.Fetch(id, Wait);
        var hook = task!.Value.ForHook().ToString();
        Assert.That((await Client.Fetch(hook, Wait))!.State, Is.EqualTo(TaskState.Failed), "its folder does not exist");
        Directory.CreateDirectory(folder);
        await Client.Retry(hook);
        await Eventually.IsTrue(() => SharedFile.Lines(path).Length > 0, Wait);
        Assert.That(SharedFile.Lines(path).Single(), Is.EqualTo($"{id} Succeeded \"x\""));
    }

    [Test]
    public async Task A_function_for_hooks_only_says_so_when_called_directly()
    {
        var record = await Client.Fetch(await Client.Async("hooks.print_result"), Wait);
        Assert.That(record!.Error!.Message, Does.Contain("can only be a hook"));
    }
}
