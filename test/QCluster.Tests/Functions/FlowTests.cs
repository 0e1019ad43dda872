using System.Globalization;
using System.Security.Principal;
using QCluster.Testing;

namespace QCluster.Tests.Functions;

/// <summary>What flows with a task's code begins empty and ends with it.</summary>
internal sealed class FlowTests
{
    private static readonly AsyncLocal<string?> Tenant = new();

    private TaskHarness _harness = null!;

    [SetUp]
    public void Create()
    {
        _harness = new TaskHarness();
        _harness.Functions
            .Add("flow.sync", Swap)
            .Add("flow.task", (string? next) => Task.FromResult(Swap(next)))
            .Add("flow.pending", (string? next) =>
            {
                var was = Swap(next);
                return Task.Delay(1).ContinueWith(_ => was, TaskScheduler.Default);
            })
            .Add("flow.async", async (string? next) =>
            {
                await Task.Yield();
                return Swap(next);
            })
            .Add("flow.context", () => SynchronizationContext.Current is not null)
            .Add("flow.set_context", () => SynchronizationContext.SetSynchronizationContext(new SynchronizationContext()));
    }

    [TearDown]
    public async Task Dispose() => await _harness.DisposeAsync();

    [TestCase("flow.sync")]
    [TestCase("flow.task")]
    [TestCase("flow.pending")]
    [TestCase("flow.async")]
    public async Task A_task_and_its_caller_share_no_execution_context(string func)
    {
        var culture = CultureInfo.CurrentCulture;
        Tenant.Value = "caller";
        var seen = new List<object?>();
        foreach (var next in new[] { "a", "b" })
            seen.Add((await _harness.RunAsync(func, next)).Value);
        Assert.Multiple(() =>
        {
            Assert.That(seen, Is.All.EqualTo("||True"));
            Assert.That(Tenant.Value, Is.EqualTo("caller"));
            Assert.That(CultureInfo.CurrentCulture, Is.EqualTo(culture));
            Assert.That(Thread.CurrentPrincipal?.Identity?.Name ?? "", Is.Empty);
        });
    }

    [Test]
    public async Task The_calls_of_a_chunk_share_no_execution_context()
    {
        var result = await _harness.RunAsync(new TaskCall("qcluster.chunk", "flow.sync", new object[] { new object[] { new object[] { "a" } }, new object[] { new object[] { "b" } } }));
        Assert.That(result.Value, Is.EqualTo(new object[] { "||True", "||True" }), result.ToString());
    }

    [Test]
    public async Task A_synchronisation_context_neither_enters_nor_leaves_a_task()
    {
        var own = new SynchronizationContext();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(own);
        var sees = _harness.RunAsync("flow.context");
        var sets = _harness.RunAsync("flow.set_context");
        var after = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(before);
        await sets;
        Assert.That(((await sees).Value, ReferenceEquals(after, own)), Is.EqualTo((false, true)));
    }

    [Test]
    public async Task A_task_has_its_own_context_again_after_a_nested_call()
    {
        _harness.Functions.Add("flow.current", (TaskContext task) => ReferenceEquals(TaskContext.Current, task) || TaskContext.Current!.Id == task.Id);
        Assert.That((await _harness.RunAsync("flow.current")).Value, Is.True);
        Assert.That(TaskContext.Current, Is.Null);
    }

    /// <summary>What was there, then whether the culture is the machine's.</summary>
    private static string Swap(string? next)
    {
        var was = $"{Tenant.Value}|{Thread.CurrentPrincipal?.Identity?.Name}|{CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator != "#"}";
        Tenant.Value = next;
        Thread.CurrentPrincipal = new GenericPrincipal(new GenericIdentity(next!), null);
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "#" } };
        return was;
    }
}
