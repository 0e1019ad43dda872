using QCluster.Hosting.Worker;

namespace QCluster.Tests.Hosting;

/// <summary>What a task that hangs is waiting for.</summary>
internal sealed class AwaitChainTests
{
    private TaskCompletionSource<int> _never = null!;

    [SetUp]
    public void Hold() => _never = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);

    [TearDown]
    public void Release() => _never.TrySetResult(0);

    [Test]
    public void A_chain_lists_methods_innermost_first_with_the_awaited_task()
    {
        var lines = Lines(new ValueTask(Outer()));
        Assert.That(lines, Has.Length.EqualTo(4), string.Join('\n', lines));
        Assert.That(lines[0], Is.EqualTo("   (waits for System.Threading.Tasks.Task`1)"));
        Assert.That(lines[1], Is.EqualTo("   at QCluster.Tests.Hosting.AwaitChainTests.Inner(string what)"));
        Assert.That(lines[2], Does.StartWith("   at QCluster.Tests.Hosting.AwaitChainTests.Middle("));
        Assert.That(lines[3], Is.EqualTo("   at QCluster.Tests.Hosting.AwaitChainTests.Outer()"));
    }

    [Test]
    public void One_pending_task_of_several_is_followed_and_more_are_named()
    {
        var one = Lines(new ValueTask(Several(Outer(), Task.CompletedTask)));
        Assert.That(string.Join(';', one), Does.Contain(".Inner("));
        var two = Lines(new ValueTask(Several(Outer(), Inner("x").AsTask())));
        Assert.That(two.Take(3), Is.EqualTo(new[]
        {
            "   (waits for 2 tasks)",
            "   (waits for QCluster.Tests.Hosting.AwaitChainTests.Outer() > QCluster.Tests.Hosting.AwaitChainTests.Middle(int depth) > QCluster.Tests.Hosting.AwaitChainTests.Inner(string what))",
            "   (waits for QCluster.Tests.Hosting.AwaitChainTests.Inner(string what))",
        }));
    }

    [Test]
    public void A_task_that_awaits_nothing_has_no_chain() =>
        Assert.That(AwaitChain.Describe(default) + AwaitChain.Describe(new ValueTask(_never.Task)), Is.Empty);

    private static string[] Lines(ValueTask pending) => AwaitChain.Describe(pending).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd('\r')).ToArray();

    private static async Task Several(params Task[] tasks)
    {
        await Task.WhenAll(tasks);
        GC.KeepAlive(tasks);
    }

    private async Task Outer() => await Middle(1).ConfigureAwait(false);

    private async Task<int> Middle(int depth)
    {
        await Task.CompletedTask;
        return await Inner("stock") + depth;
    }

    private async ValueTask<int> Inner(string what)
    {
        using var held = new CancellationTokenSource();
        return await _never.Task + what.Length;
    }
}
