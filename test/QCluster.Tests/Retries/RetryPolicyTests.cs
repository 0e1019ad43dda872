using QCluster.Execution.Functions;
using QCluster.Execution.Retries;
using QCluster.Model;
using QCluster.Wire.Packets;

namespace QCluster.Tests.Retries;

/// <summary>Whether a failed task is tried again, and when.</summary>
public sealed class RetryPolicyTests
{
    private static readonly TaskId Id = TaskId.New(TaskId.DefaultQueue, TimeProvider.System);

    [TestCase(null, 1, false)]
    [TestCase(1, 1, false)]
    [TestCase(3, 2, true)]
    [TestCase(3, 3, false)]
    [TestCase(0, 60000, true)]
    [TestCase(0, 65535, false)]
    public void A_task_is_retried_until_its_attempts_are_used_up(int? most, int attempt, bool again) =>
        Assert.That(Decide(Packet(attempt, most), new IOException()).Pause is not null, Is.EqualTo(again));

    [Test]
    public void An_attempt_that_lost_its_worker_does_not_count_as_a_failure()
    {
        var packet = new TaskPacket { Id = Id, Func = "f", Attempt = 3, Lost = 2, Retry = new RetryOptions { MaxAttempts = 2 } };
        Assert.That(Decide(packet, new IOException()).Pause, Is.Not.Null);
    }

    [Test]
    public void Only_the_last_of_several_attempts_is_dead_lettered()
    {
        Assert.That(Decide(Packet(3, 3), new IOException()).IsGivenUp, Is.True);
        Assert.That(Decide(Packet(1, null), new IOException()).IsGivenUp, Is.False, "it never was to be tried again");
    }

    [TestCase("System.IO.IOException", null, true)]
    [TestCase("IOException", null, true)]
    [TestCase("SystemException", null, true)]
    [TestCase("System.ArgumentException", null, false)]
    [TestCase("System.ArgumentException;System.IO.IOException", null, true)]
    [TestCase(null, "System.IO.IOException", false)]
    [TestCase("SystemException", "FileNotFoundException", false)]
    public void Exception_types_decide_together_with_their_derived_types(string? on, string? never, bool again)
    {
        var packet = Packet(1, 5);
        packet.Retry = packet.Retry with { On = on, Never = never };
        Assert.That(Decide(packet, new FileNotFoundException()).Pause is not null, Is.EqualTo(again));
    }

    [Test]
    public void A_timeout_is_a_TimeoutException_and_wrong_arguments_do_not_retry()
    {
        var packet = Packet(1, 5);
        packet.Retry = packet.Retry with { On = "TimeoutException" };
        Assert.That(Policy(packet).Decide(new OperationCanceledException(), TaskVerdict.Of(new OperationCanceledException(), TaskCancelReason.Timeout, null)).Pause, Is.Not.Null);
        Assert.That(Policy(packet).AfterKill().Pause, Is.Not.Null);
        Assert.That(Policy(Packet(1, 5)).Decide(new IOException(), TaskVerdict.Failed(FailureReason.InvalidArguments, "no")).Pause, Is.Null);
    }

    [Test]
    public void The_retry_delay_doubles_up_to_its_bound_and_has_jitter()
    {
        var packet = Packet(1, 0);
        packet.Retry = packet.Retry with { Backoff = TimeSpan.FromSeconds(2), BackoffMax = TimeSpan.FromSeconds(60), NoJitter = true };
        Assert.That(Enumerable.Range(1, 7).Select(n => Policy(packet).PauseAfter(n).TotalSeconds), Is.EqualTo(new[] { 2, 4, 8, 16, 32, 60, 60 }));
        Assert.That(Policy(packet).PauseAfter(60_000), Is.EqualTo(TimeSpan.FromSeconds(60)));

        packet.Retry = packet.Retry with { NoJitter = false };
        var pauses = Enumerable.Range(0, 2000).Select(_ => Policy(packet).PauseAfter(2).TotalSeconds).ToArray();
        Assert.That(pauses, Has.All.InRange(0, 4));
        Assert.That(pauses.Average(), Is.EqualTo(2).Within(0.3));
        Assert.That(pauses.Min(), Is.LessThan(0.5));
        Assert.That(pauses.Max(), Is.GreaterThan(3.5));
    }

    [TestCase(null, null, null, 4, false)]
    [TestCase(null, null, null, 3, true)]
    [TestCase(1, null, null, 2, false)]
    [TestCase(null, 1, null, 2, false)]
    [TestCase(null, null, 1, 2, false)]
    [TestCase(5, 1, 1, 5, true)]
    [TestCase(-1, null, null, 5000, true)]
    public void Requested_retries_are_limited_by_the_request_call_or_class(int? wish, int? call, int? declared, int attempt, bool again)
    {
        var packet = Packet(attempt, null);
        packet.Retry = packet.Retry with { MaxRetries = call };
        var decision = Asked(packet, new TaskRetryException(maxRetries: wish), new FunctionDefaults { Retry = new RetryOptions { MaxRetries = declared } });
        Assert.That((decision.Pause is not null, decision.IsGivenUp), Is.EqualTo((again, !again)));
    }

    [Test]
    public void The_delay_of_a_requested_retry_defaults_to_three_minutes()
    {
        Assert.That(Asked(Packet(1, null), new TaskRetryException(TimeSpan.FromSeconds(7)), FunctionDefaults.None).Pause, Is.EqualTo(TimeSpan.FromSeconds(7)));
        Assert.That(Asked(Packet(1, null), new TaskRetryException(), new FunctionDefaults { RetryDelay = TimeSpan.FromSeconds(8) }).Pause, Is.EqualTo(TimeSpan.FromSeconds(8)));
        Assert.That(Asked(Packet(1, null), new TaskRetryException(), FunctionDefaults.None).Pause, Is.EqualTo(TimeSpan.FromSeconds(180)));
    }

    [TestCase("100/s", 100, 1)]
    [TestCase("10/m", 10, 60)]
    [TestCase("7/h", 7, 3600)]
    [TestCase("3/10s", 3, 10)]
    public void Rate_limits_are_read_as_they_are_written(string text, int count, double seconds)
    {
        var limit = RateLimit.Parse(text);
        Assert.That((limit.Count, limit.Period), Is.EqualTo((count, TimeSpan.FromSeconds(seconds))));
        Assert.That(RateLimit.Parse(limit.ToString()), Is.EqualTo(limit));
    }

    [TestCase("0/s")]
    [TestCase("fast")]
    [TestCase("-1/s")]
    [TestCase("10/0s")]
    [TestCase("10")]
    public void Invalid_rate_limits_are_refused(string text) => Assert.That(() => RateLimit.Parse(text), Throws.InstanceOf<ArgumentException>());

    private static TaskPacket Packet(int attempt, int? most) => new() { Id = Id, Func = "f", Attempt = (ushort)attempt, Retry = new RetryOptions { MaxAttempts = most } };

    private static RetryPolicy Policy(TaskPacket packet, FunctionDefaults? defaults = null) => new(packet, defaults ?? FunctionDefaults.None, RetrySettings.Default);

    private static RetryDecision Decide(TaskPacket packet, Exception exception) => Policy(packet).Decide(exception, TaskVerdict.Of(exception, TaskCancelReason.None, null));

    private static RetryDecision Asked(TaskPacket packet, TaskRetryException wish, FunctionDefaults defaults) => Policy(packet, defaults).Decide(wish, TaskVerdict.Of(wish, TaskCancelReason.None, null));
}
