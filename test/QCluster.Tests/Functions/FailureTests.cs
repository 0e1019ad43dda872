using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using QCluster.Model.Errors;
using QCluster.Testing;

namespace QCluster.Tests.Functions;

/// <summary>What is recorded of a task that fails, whatever it throws and however.</summary>
internal sealed class FailureTests
{
    private TaskHarness _harness = null!;

    [SetUp]
    public void Create()
    {
        _harness = new TaskHarness();
        _harness.Functions
            .Add("fail.mute", () => Throw(new MuteException()))
            .Add("fail.inner", () => Throw(new InvalidOperationException("outer", new MuteException())))
            .Add("fail.null", () => Throw(new NullException()))
            .Add("fail.loud", (int length) => Throw(new InvalidOperationException(new string('x', length), new IOException(new string('y', length)))))
            .Add("fail.deep", (int depth) => Deep(depth))
            .Add("fail.many", () => Throw(new AggregateException(Enumerable.Range(0, 100).Select(i => new IOException($"error {i}")))))
            .Add("fail.sync", () => Throw(new IOException("sync")))
            .Add("fail.async", ThrowLater)
            .Add("fail.nested", async () => await ThrowLater())
            .Add("fail.lazy", Lazy)
            .Add("fail.getter", () => new Broken())
            .Add("fail.converter", () => new Converted())
            .Add("fail.lazy_task", async () =>
            {
                await Task.Yield();
                return Lazy();
            })
            .Add("fail.type", () => new Unwritable())
            .Add("fail.dispose", ([Injected] Fragile fragile) => fragile.Name)
            .Add("fail.dispose_async", async ([Injected] Fragile fragile) =>
            {
                await Task.Yield();
                return fragile.Name;
            })
            .Add("fail.dispose_too", ([Injected] Fragile fragile) => Throw(new IOException(fragile.Name)))
            .Add("fail.service", (string n, INowhere g) => $"{n} {g}")
            .Add("fail.argument", (Broken broken) => broken.Text)
            .Add("fail.retry", (TaskContext task) => { throw task.Retry(TimeSpan.Zero, new IOException("disk"), 1); });
        _harness.Services.AddScoped<Fragile>();
    }

    [TearDown]
    public async Task Dispose() => await _harness.DisposeAsync();

    [TestCase("fail.mute", "(its message could not be read: NotSupportedException)")]
    [TestCase("fail.inner", "outer")]
    [TestCase("fail.null", "")]
    public async Task An_unreadable_exception_is_recorded_by_its_type(string func, string message)
    {
        var result = await _harness.RunAsync(func);
        Assert.That((result.State, result.Error!.Reason, result.Error.Message), Is.EqualTo((TaskState.Failed, FailureReason.Exception, message)));
        Assert.That(result.Error.Type, Does.Contain("Exception"));
        if (func == "fail.inner")
            Assert.That(result.Error.Stack, Does.StartWith($" ---> {typeof(MuteException)}: (its message could not be read: NotSupportedException)").And.Contain("(its stack trace could not be read"));
    }

    [Test]
    public async Task An_unreadable_exception_still_ends_its_span()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == QClusterTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                lock (spans)
                    spans.Add(span);
            },
        };
        ActivitySource.AddActivityListener(listener);
        Assert.That((await _harness.RunAsync("fail.mute")).State, Is.EqualTo(TaskState.Failed));
        Assert.That(spans.Where(s => s.Status == ActivityStatusCode.Error).SelectMany(s => s.Events).SelectMany(e => e.Tags).Select(t => t.Value), Does.Contain("(its message could not be read: NotSupportedException)"));
    }

    [Test]
    public async Task A_failing_listener_does_not_affect_the_task()
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == QClusterTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = _ => throw new InvalidOperationException("the listener"),
            ActivityStopped = _ => throw new InvalidOperationException("the listener"),
        };
        ActivitySource.AddActivityListener(listener);
        Assert.That((await _harness.RunAsync("fail.sync")).Error!.Message, Is.EqualTo("sync"));
    }

    [Test]
    public async Task A_huge_text_is_cut_with_its_true_length()
    {
        var error = (await _harness.RunAsync("fail.loud", 40_000_000)).Error!;
        Assert.That(error.Message, Has.Length.EqualTo(4_000).And.EndsWith("... (cut: it had 40,000,000 characters)"));
        Assert.That(error.Stack, Has.Length.LessThan(4_000).And.Contain("y... (cut: it had 40,000,000 characters)").And.Contain(nameof(Throw)));
        error = (await _harness.RunAsync("fail.deep", 2_000)).Error!;
        Assert.That(error.Stack, Has.Length.EqualTo(8_000).And.EndsWith("characters)").And.Contain(nameof(Deep)));
        error = (await _harness.RunAsync("fail.many")).Error!;
        Assert.That(error.Stack, Does.Contain("error 9").And.Not.Contain("error 10").And.Contain("more inner errors"));
    }

    [Test]
    public async Task The_error_of_a_retried_attempt_is_cut_shorter()
    {
        var result = await _harness.RunAsync(new TaskCall("fail.loud", 5_000_000), new TaskOptions { MaxAttempts = 2 });
        Assert.That(result.Retries.Single().Error.Message, Has.Length.EqualTo(1_000).And.EndsWith("... (cut: it had 5,000,000 characters)"));
    }

    [Test]
    public void A_cut_never_splits_a_surrogate_pair()
    {
        var cut = ExceptionText.Cut(string.Concat(Enumerable.Repeat("😀", 1_000)), 101);
        Assert.That(cut.EnumerateRunes().Any(r => r == System.Text.Rune.ReplacementChar), Is.False);
        Assert.That(cut, Has.Length.LessThanOrEqualTo(101).And.EndsWith("(cut: it had 2,000 characters)"));
    }

    [TestCase("fail.sync")]
    [TestCase("fail.async")]
    [TestCase("fail.nested")]
    [TestCase("fail.lazy")]
    [TestCase("fail.lazy_task")]
    [TestCase("fail.getter")]
    public async Task A_stack_has_the_users_frames_only(string func)
    {
        var result = await _harness.RunAsync(func);
        var frames = result.Error!.Stack!.Split('\n').Where(l => !l.StartsWith("---", StringComparison.Ordinal)).ToArray();
        Assert.That(frames, Is.Not.Empty.And.All.Contains("QCluster.Tests."), result.Error.Stack);
        Assert.That(result.Record.Result, Is.EqualTo($"{result.Error.Type}: {result.Error.Message}{Environment.NewLine}{result.Error.Stack}"));
    }

    [TestCase("fail.lazy", "System.IO.IOException", "at the third")]
    [TestCase("fail.lazy_task", "System.IO.IOException", "at the third")]
    [TestCase("fail.getter", "System.NotSupportedException", "the getter")]
    [TestCase("fail.converter", "System.InvalidOperationException", "the converter")]
    public async Task An_exception_while_reading_a_result_belongs_to_the_function(string func, string type, string message)
    {
        var error = (await _harness.RunAsync(func)).Error!;
        Assert.That((error.Reason, error.Type, error.Message), Is.EqualTo((FailureReason.Exception, type, message)));
        var tried = await _harness.RunAsync(new TaskCall(func), new TaskOptions { MaxAttempts = 2, RetryOn = [type] });
        Assert.That(tried.Attempts, Is.EqualTo(2));
    }

    [Test]
    public async Task A_result_of_an_unsupported_type_is_still_an_invalid_result() =>
        Assert.That((await _harness.RunAsync("fail.type")).Error!.Reason, Is.EqualTo(FailureReason.InvalidResult));

    [Test]
    public async Task A_service_that_throws_on_dispose_changes_no_outcome()
    {
        foreach (var func in new[] { "fail.dispose", "fail.dispose_async" })
        {
            var done = await _harness.RunAsync(func);
            Assert.That((done.State, done.ValueAs<string>()), Is.EqualTo((TaskState.Succeeded, "fragile")), func);
        }

        Assert.That((await _harness.RunAsync("fail.dispose_too")).Error!.Type, Is.EqualTo("System.IO.IOException"));
    }

    [Test]
    public async Task A_service_that_is_not_registered_is_named()
    {
        var error = (await _harness.RunAsync("fail.service", "a")).Error!;
        Assert.That((error.Reason, error.Message), Is.EqualTo((FailureReason.InvalidArguments,
            "fail.service(string n) cannot be called: no service is registered for INowhere 'g'. Add it to the worker's services (for an app of 'qcluster start' in its IAppStartup.ConfigureServices).")));
        error = (await _harness.RunAsync(new TaskCall("fail.service") { Kwargs = new Dictionary<string, object?> { ["n"] = "a" } })).Error!;
        Assert.That(error.Message, Does.Contain("no service is registered for INowhere 'g'"));
    }

    [Test]
    public async Task An_argument_whose_own_code_throws_is_a_wrong_argument()
    {
        var error = (await _harness.RunAsync("fail.argument", new Dictionary<string, object?> { ["Text"] = "x" })).Error!;
        Assert.That((error.Reason, error.Message), Is.EqualTo((FailureReason.InvalidArguments, error.Message)));
        Assert.That(error.Message, Does.Contain("(its message could not be read: NotSupportedException)"));
    }

    [Test]
    public async Task A_task_that_requested_a_retry_fails_with_its_cause()
    {
        var result = await _harness.RunAsync("fail.retry");
        Assert.That((result.Attempts, result.IsGivenUp, result.Error!.Type, result.Error.Message), Is.EqualTo((2, true, "System.IO.IOException", "disk")));
        Assert.That(result.Retries.Single().Error.Type, Is.EqualTo("System.IO.IOException"));
        var wish = new TaskRetryException(cause: new MuteException());
        Assert.That(wish.Message, Does.Contain("could not be read"));
    }

    [Test]
    public async Task A_value_that_fills_its_packet_is_refused_at_its_source()
    {
        await using var small = new TaskHarness();
        small.Options.MaxPacketBytes = 100_000;
        small.Functions.Add("fill", (int length) => new string('x', length));
        for (var length = 99_500; length < 100_010; length += 10)
        {
            var result = await small.RunAsync("fill", length);
            Assert.That(result.State == TaskState.Succeeded ? result.Value : result.Error!.Reason, Is.EqualTo(new string('x', length)).Or.EqualTo(FailureReason.InvalidResult));
        }
    }

    private static void Throw(Exception exception) => throw exception;

    private static async Task ThrowLater()
    {
        await Task.Yield();
        throw new IOException("async");
    }

    private static int Deep(int depth) => depth == 0 ? throw new IOException("deep") : Deep(depth - 1) + 1;

    private static IEnumerable<int> Lazy()
    {
        yield return 1;
        yield return 2;
        throw new IOException("at the third");
    }

    internal interface INowhere;

    internal sealed class NullException : Exception
    {
        public override string Message => null!;
    }

    internal sealed class Broken
    {
        public string Text
        {
            get => throw new NotSupportedException("the getter");
            set => throw new MuteException();
        }
    }

    [JsonConverter(typeof(Converter))]
    internal sealed class Converted;

    internal sealed class Converter : JsonConverter<Converted>
    {
        public override Converted Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new InvalidOperationException("the converter");

        public override void Write(Utf8JsonWriter writer, Converted value, JsonSerializerOptions options) => throw new InvalidOperationException("the converter");
    }

    internal sealed class Unwritable
    {
        public Type Type => typeof(string);
    }

    internal sealed class Fragile : IAsyncDisposable
    {
        public string Name => "fragile";

        public ValueTask DisposeAsync() => throw new MuteException();
    }
}
