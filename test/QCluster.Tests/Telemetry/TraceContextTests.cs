using System.Diagnostics;
using QCluster.Execution.Telemetry;
using QCluster.Testing;

namespace QCluster.Tests.Telemetry;

/// <summary>Enqueueing begins a span, and what is enqueued runs below it.</summary>
[NonParallelizable]
public sealed class TraceContextTests
{
    private readonly List<Activity> _spans = [];
    private ActivityListener _listener = null!;

    [SetUp]
    public void Listen()
    {
        _spans.Clear();
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == QClusterTelemetry.ActivitySourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (_spans)
                    _spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [TearDown]
    public void Stop() => _listener.Dispose();

    [Test]
    public async Task A_task_and_its_calls_are_below_the_span_that_sent_it()
    {
        await using var harness = new TaskHarness();
        harness.Functions.Add("trace.outer", static async (IQClusterClient client) => await client.Async("trace.inner"));
        using var source = new ActivitySource("test");
        using var caller = new Activity("caller").Start();
        var result = await harness.RunAsync("trace.outer");
        Assert.That(result.State, Is.EqualTo(TaskState.Succeeded), result.ToString());
        var process = _spans.Single(s => s.Kind == ActivityKind.Consumer);
        var inner = _spans.Single(s => s.Kind == ActivityKind.Producer && Equals(s.GetTagItem("qcluster.function"), "trace.inner"));
        Assert.Multiple(() =>
        {
            Assert.That(process.TraceId, Is.EqualTo(caller.TraceId));
            Assert.That(inner.ParentSpanId, Is.EqualTo(process.SpanId));
            Assert.That(process.DisplayName, Is.EqualTo("process default"));
            Assert.That(process.Status, Is.EqualTo(ActivityStatusCode.Unset));
        });
    }

    [Test]
    public async Task The_span_of_a_failure_has_its_exception()
    {
        await using var harness = new TaskHarness();
        harness.Functions.Add("trace.fail", static void () => throw new FormatException("no number"));
        await harness.RunAsync("trace.fail");
        var process = _spans.Single(s => s.Kind == ActivityKind.Consumer);
        Assert.Multiple(() =>
        {
            Assert.That((process.Status, process.StatusDescription), Is.EqualTo((ActivityStatusCode.Error, "no number")));
            Assert.That(process.GetTagItem("error.type"), Is.EqualTo("System.FormatException"));
            Assert.That(process.Events.Single().Name, Is.EqualTo("exception"));
        });
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("nonsense")]
    [TestCase("00-00000000000000000000000000000000-0000000000000000-00")]
    public void An_invalid_trace_of_a_packet_is_ignored(string? parent) =>
        Assert.That(new TraceContext(parent, "x").Parse().TraceId, Is.EqualTo(default(ActivityTraceId)));
}
