using Microsoft.Extensions.DependencyInjection;
using QCluster.Testing;

namespace QCluster.Tests.Execution;

/// <summary>The same task ends in the same way wherever it runs: in a worker, in a test cluster, under Sync, in the harness.</summary>
internal sealed class SameOutcomeTests
{
    private ServiceProvider _services = null!;

    [OneTimeSetUp]
    public void Create() => _services = new ServiceCollection().AddLogging().AddSingleton<IQClusterClient>(new RecordingClient()).BuildServiceProvider();

    [OneTimeTearDown]
    public async Task Dispose() => await _services.DisposeAsync();

    private static IEnumerable<TestCaseData> Odd() => OddTask.All().Select(odd => new TestCaseData(odd).SetArgDisplayNames(odd.Name));

    [TestCaseSource(nameof(Odd))]
    public async Task Odd_task_ends_inline_as_in_a_worker(OddTask odd)
    {
        using var worker = new OddWorker(_services);
        var expected = await worker.RunAsync(odd);
        var inline = await new OddInline(_services).RunAsync(odd);
        Assert.That(inline, Is.EqualTo(expected), $"Worker: {string.Join(" | ", expected)}\nInline: {string.Join(" | ", inline)}");
    }

    [TestCase("failure, no mail")]
    [TestCase("too large, no mail")]
    [TestCase("expired, no mail")]
    public async Task Function_without_error_mails_has_none_for_any_failure(string name)
    {
        using var worker = new OddWorker(_services);
        var seen = await worker.RunAsync(OddTask.All().Single(odd => odd.Name == name));
        Assert.That(seen.Select(static attempt => (attempt.State, attempt.NoErrorMail)), Is.EqualTo(new[] { (TaskState.Failed, true) }));
    }

    [Test]
    public async Task Sync_task_cancelled_before_it_begins_is_not_called()
    {
        var called = false;
        var functions = new FunctionRegistry().Add("called", () => called = true);
        await using var client = new RecordingClient(functions: functions);
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        var id = await client.Async(new TaskCall("called"), new TaskOptions { Sync = true }, cancel.Token);
        var record = await client.Fetch(id, null, CancellationToken.None);
        Assert.That((record!.State, record.Error?.Message, called), Is.EqualTo((TaskState.Cancelled, "Cancelled before it was begun.", false)));
    }

    [Test]
    public async Task Harness_queues_a_task_stopped_by_shutdown_despite_its_retries()
    {
        await using var harness = new TaskHarness();
        harness.Functions.Add("waits", static (CancellationToken cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken));
        var run = harness.Start(new TaskCall("waits"), new TaskOptions { MaxAttempts = 3 });
        run.Cancel(TaskCancelReason.Shutdown);
        var result = await run.Completion.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.That((result.State, result.Attempts, result.Retries.Count), Is.EqualTo((TaskState.Queued, 1, 0)));
    }
}
