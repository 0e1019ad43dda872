using QCluster.Client.Chains;
using QCluster.Model;
using QCluster.Wire.Packets;
using QCluster.Wire.Values;
using QCluster.Client.Enqueueing;

namespace QCluster.Tests.Execution;

/// <summary>A task that ends in another way than most.</summary>
/// <param name="Name">How the test names it.</param>
/// <param name="Make">Its element.</param>
internal sealed record OddTask(string Name, Func<TaskComposer, TaskId, byte[]> Make)
{
    public const int MaxPacketBytes = 4096;

    /// <summary>Cancel is requested before it begins.</summary>
    public bool IsCancelled { get; init; }

    /// <summary>A reason to cancel it once it has begun.</summary>
    public TaskCancelReason Cancels { get; init; }

    /// <summary>Its age when it is run.</summary>
    public TimeSpan Age { get; init; }

    public static PacketFormat Format { get; } = PacketFormat.Of("odd", ["a secret that is long enough"], MaxPacketBytes, ValueSerializer.Default, compress: false);

    public static IEnumerable<OddTask> All()
    {
        yield return Call("success", new TaskCall("odd.add", 1, 2));
        yield return Call("success later", new TaskCall("odd.later", 1));
        yield return Call("named arguments", new TaskCall("odd.add") { Kwargs = new Dictionary<string, object?> { ["a"] = 1, ["b"] = 2 } });
        yield return Call("expired", new TaskCall("odd.add", 1, 2), new TaskOptions { Expires = DateTimeOffset.UtcNow.AddMinutes(-1) });
        yield return Call("expired and unknown", new TaskCall("odd.none"), new TaskOptions { Expires = DateTimeOffset.UtcNow.AddMinutes(-1) });
        yield return Call("expired, no mail", new TaskCall("odd.fail_quiet"), new TaskOptions { Expires = DateTimeOffset.UtcNow.AddMinutes(-1) });
        yield return Call("too old", new TaskCall("odd.add", 1, 2)) with { Age = TimeSpan.FromDays(2) };
        yield return Call("too old and cancelled", new TaskCall("odd.add", 1, 2)) with { Age = TimeSpan.FromDays(2), IsCancelled = true };
        yield return Call("unknown function", new TaskCall("odd.none", 1));
        yield return Call("too large", new TaskCall("odd.large"));
        yield return Call("too large, no mail", new TaskCall("odd.large_quiet"));
        yield return Call("too large, retries", new TaskCall("odd.large"), new TaskOptions { MaxAttempts = 3 });
        yield return Call("result that cannot be written", new TaskCall("odd.circle"));
        yield return Call("argument missing", new TaskCall("odd.add", 1));
        yield return Call("argument of a wrong type", new TaskCall("odd.add", 1, "x"));
        yield return Call("argument unknown", new TaskCall("odd.add", 1, 2) { Kwargs = new Dictionary<string, object?> { ["c"] = 1 } });
        yield return Call("argument wrong, retries", new TaskCall("odd.add", 1), new TaskOptions { MaxAttempts = 3 });
        yield return Call("failure", new TaskCall("odd.fail", "boom"));
        yield return Call("failure later", new TaskCall("odd.fail_later", "boom"));
        yield return Call("failure, no mail", new TaskCall("odd.fail_quiet"));
        yield return Call("failure, record of its own", new TaskCall("odd.fail", "boom"), new TaskOptions { Cached = TimeSpan.FromMinutes(7) });
        yield return Call("failure with a long message", new TaskCall("odd.fail", new string('m', 2000)), new TaskOptions { MaxAttempts = 2, RetryBackoff = TimeSpan.Zero });
        yield return Call("cancelled before", new TaskCall("odd.attempt")) with { IsCancelled = true };
        yield return Call("cancelled while it runs", new TaskCall("odd.wait")) with { Cancels = TaskCancelReason.User };
        yield return Call("cancelled, takes no notice", new TaskCall("odd.overrun")) with { Cancels = TaskCancelReason.User };
        yield return Call("shutdown", new TaskCall("odd.wait")) with { Cancels = TaskCancelReason.Shutdown };
        yield return Call("shutdown, retries", new TaskCall("odd.wait"), new TaskOptions { MaxAttempts = 3, RetryBackoff = TimeSpan.Zero }) with { Cancels = TaskCancelReason.Shutdown };
        yield return Call("shutdown, takes no notice", new TaskCall("odd.overrun")) with { Cancels = TaskCancelReason.Shutdown };
        yield return Call("lease lost", new TaskCall("odd.wait")) with { Cancels = TaskCancelReason.LeaseLost };
        yield return Call("retry asked", new TaskCall("odd.ask", 2));
        yield return Call("retry asked, none left", new TaskCall("odd.ask", 0));
        yield return Call("retry asked once", new TaskCall("odd.ask_once"));
        yield return Call("retry of any", new TaskCall("odd.fail", "boom"), new TaskOptions { MaxAttempts = 3, RetryBackoff = TimeSpan.FromMilliseconds(3), RetryJitter = false });
        yield return Call("retry by type", new TaskCall("odd.fail", "boom"), new TaskOptions { MaxAttempts = 2, RetryBackoff = TimeSpan.Zero, RetryOn = [typeof(InvalidOperationException)] });
        yield return Call("retry by other type", new TaskCall("odd.fail", "boom"), new TaskOptions { MaxAttempts = 2, RetryBackoff = TimeSpan.Zero, RetryOn = [typeof(TimeoutException)] });
        yield return Call("no retry by type", new TaskCall("odd.fail", "boom"), new TaskOptions { MaxAttempts = 2, RetryBackoff = TimeSpan.Zero, DontRetryOn = [typeof(Exception)] });
        yield return Call("retry declared", new TaskCall("odd.fail_declared", false), new TaskOptions { RetryBackoff = TimeSpan.Zero });
        yield return Call("no retry declared", new TaskCall("odd.fail_declared", true));
        yield return Call("time-out", new TaskCall("odd.wait"), new TaskOptions { Timeout = TimeSpan.FromMilliseconds(100) });
        yield return Call("time-out declared", new TaskCall("odd.wait_declared"));
        yield return Call("time-out, retries", new TaskCall("odd.wait"), new TaskOptions { Timeout = TimeSpan.FromMilliseconds(50), MaxAttempts = 2, RetryBackoff = TimeSpan.Zero });
        yield return Call("time-out, returns within the grace", new TaskCall("odd.overrun"), new TaskOptions { Timeout = TimeSpan.FromMilliseconds(50) });
        yield return Call("time-out of months", new TaskCall("odd.later", 1), new TaskOptions { Timeout = TimeSpan.FromDays(100) });
        yield return Call("time-out before the time limit", new TaskCall("odd.wait"), new TaskOptions { Timeout = TimeSpan.FromMilliseconds(50), TimeLimit = TimeSpan.FromSeconds(20) });
        yield return Call("result ignored", new TaskCall("odd.add", 1, 2), new TaskOptions { IgnoreResult = true });
        yield return Call("result ignored, failure", new TaskCall("odd.fail", "boom"), new TaskOptions { IgnoreResult = true });
        yield return Call("result ignored by declaration", new TaskCall("odd.unwanted"));
        yield return Call("result cached", new TaskCall("odd.add", 1, 2), new TaskOptions { Cached = TimeSpan.FromMinutes(7) });
        yield return Call("isolated", new TaskCall("odd.add", 1, 2), new TaskOptions { Isolated = true });
        yield return Call("limited by declaration", new TaskCall("odd.limited"));
        yield return Call("limited by its call", new TaskCall("odd.limited"), new TaskOptions { RateLimit = RateLimit.Parse("5/s") });
        yield return new OddTask("previous value missing", static (composer, id) =>
            composer.ComposeStep(id, new TaskCall("odd.add", 1, Chain.Previous), new TaskOptions(), new ChainPlace(TaskId.New("default", TimeProvider.System), 1, "group", TaskId.New("default", TimeProvider.System))));
        yield return new OddTask("record of its hook missing", static (composer, id) => composer.ComposeHook(id, "odd.hook", null, TaskId.New("default", TimeProvider.System), null));
        yield return new OddTask("hook of a failure", Hook);
        yield return new OddTask("callback of a set whose records are gone", static (composer, id) => composer.ComposeCallback(id, new TaskCall("odd.add", 1, 2), new TaskOptions(), "gone"));
        yield return Damaged("one bit wrong", static element => element[^1] ^= 1);
        yield return Damaged("of another version", static element => element[0] = 9);
        yield return Damaged("of attempt 0", static element => element[3] = 0);
    }

    public byte[] ToElement()
    {
        var composer = new TaskComposer(new QClusterOptions(), Format);
        return Make(composer, TaskId.New("default", new Before(Age)));
    }

    public override string ToString() => Name;

    private static OddTask Call(string name, TaskCall call, TaskOptions? options = null) =>
        new(name, (composer, id) => composer.Compose(id, call, options ?? new TaskOptions()));

    private static OddTask Damaged(string how, Action<byte[]> damage) => new("damaged: " + how, (composer, id) =>
    {
        var element = composer.Compose(id, new TaskCall("odd.add", 1, 2), new TaskOptions());
        damage(element);
        return element;
    });

    private static byte[] Hook(TaskComposer composer, TaskId id)
    {
        var element = composer.Compose(id, new TaskCall("odd.fail", "boom"), new TaskOptions());
        var outcome = new TaskOutcome { State = TaskState.Failed, Attempt = 1, Stopped = DateTimeOffset.UnixEpoch, Error = new TaskError(FailureReason.Exception, null, "boom", null), Worker = "w", Cluster = "c" };
        var hook = composer.ComposeHook(id.ForHook(), "odd.hook", null, id, null);
        return TaskElement.Attached(hook, [.. outcome.ToBytes(id, Format), .. element]);
    }

    private sealed class Before(TimeSpan age) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - age;
    }
}
