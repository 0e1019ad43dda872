using System.Text;
using QCluster.Model;
using QCluster.Queue;
using QCluster.IntegrationTests.Broker;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>A task whose function its worker does not know, while versions are rolled out one after the other.</summary>
public sealed class UnknownFunctionTests : BrokerFixture
{
    private const string Other = "cluster-2";

    internal static byte[] OutcomeOf(string func, string outcome) => [0, 0, 0, (byte)func.Length, .. Encoding.UTF8.GetBytes(func + outcome)];

    internal static Task TellAsync(TestQueue queue, string cluster, params string[] functions) =>
        queue.Scripts.Functions.TellAsync(TaskId.DefaultQueue, cluster, functions, CancellationToken.None);

    private async Task<(TestWorker Worker, TestTask Task)> RunningAsync()
    {
        await Queue.BeatAsync();
        var worker = await Queue.WorkerAsync();
        await Queue.AddAsync(8);
        return (worker, (await Queue.TakeAsync(worker, 1)).Single());
    }

    private async Task<AckStatus> AckAsync(TestWorker worker, TestTask task, string func = "new") =>
        (await Queue.Cluster.AckAsync(worker.Incarnation, [new AckItem(task.Attempt, OutcomeOf(func, "unknown here"), 60_000, AckKind.Unknown)], CancellationToken.None)).Single();

    [Test]
    public async Task A_task_waits_as_the_same_attempt_for_a_cluster_with_its_function()
    {
        var (worker, task) = await RunningAsync();
        await Queue.BeatAsync(Other);
        await TellAsync(Queue, Other, "new");
        Assert.That(await AckAsync(worker, task), Is.EqualTo(AckStatus.PassedOn));
        var lookup = await Queue.LookupAsync(task);
        Assert.That(lookup.Place, Is.EqualTo(TaskPlace.Delayed));
        Assert.That(lookup.Due!.Value, Is.EqualTo(DateTimeOffset.UtcNow.AddSeconds(1)).Within(TimeSpan.FromSeconds(1)));
        Assert.That(await AckAsync(worker, task), Is.EqualTo(AckStatus.Duplicate), "saying it twice changes nothing");
        await Queue.RawAsync("ZADD", Queue.Keys.Delayed, 1, task.Id.ToBytes());
        var again = (await Queue.TakeAsync(worker, 1)).Single();
        Assert.That(again.Attempt, Is.EqualTo(task.Attempt));
        await Queue.AckAsync(worker, again);
        var sizes = await Queue.SizesAsync();
        Assert.That((sizes.Succeeded, sizes.Failed, sizes.Retried, sizes.Waiting + sizes.Delayed + sizes.Running), Is.EqualTo((1, 0, 0, 0)));
    }

    [Test]
    public async Task A_task_waits_for_a_starting_cluster_to_announce_its_functions()
    {
        var (worker, task) = await RunningAsync();
        await Queue.BeatAsync(Other);
        Assert.That(await AckAsync(worker, task), Is.EqualTo(AckStatus.PassedOn));
        Assert.That((await Queue.LookupAsync(task)).Place, Is.EqualTo(TaskPlace.Delayed));
        Assert.That(await Queue.NumberAsync("PTTL", Queue.Key("fs:" + Other)), Is.InRange(1, 60_000), "no longer than a start takes");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_task_fails_once_the_starting_cluster_left_or_was_too_slow(bool left)
    {
        var (worker, task) = await RunningAsync();
        await Queue.BeatAsync(Other);
        await Queue.BeatAsync(Other, first: false);
        if (left)
            await Queue.Cluster.LeaveAsync(Other, CancellationToken.None);
        else
            await Queue.RawAsync("DEL", Queue.Key("fs:" + Other));
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Key("fs:" + Other)), Is.Zero);
        Assert.That(await AckAsync(worker, task), Is.EqualTo(AckStatus.Saved));
    }

    [TestCase("none")]
    [TestCase("own")]
    [TestCase("dead")]
    [TestCase("another")]
    public async Task A_task_fails_if_no_other_live_cluster_has_its_function(string who)
    {
        var (worker, task) = await RunningAsync();
        await Queue.BeatAsync(Other);
        await TellAsync(Queue, TestQueue.ClusterId, who == "own" ? "new" : "old");
        await TellAsync(Queue, Other, who == "dead" ? "new" : "old");
        if (who == "dead")
            await Queue.RawAsync("ZADD", Queue.Keys.Heartbeats, 1, Other);
        Assert.That(await AckAsync(worker, task), Is.EqualTo(AckStatus.Saved));
        var lookup = await Queue.LookupAsync(task);
        Assert.That((lookup.Place, Encoding.UTF8.GetString(lookup.Record.Span[.."unknown here".Length])), Is.EqualTo((TaskPlace.Finished, "unknown here")));
        Assert.That((await Queue.SizesAsync()).Failed, Is.EqualTo(1));
    }

    [Test]
    public async Task A_task_with_a_requested_cancel_is_not_passed_on()
    {
        var (worker, task) = await RunningAsync();
        await Queue.BeatAsync(Other);
        await TellAsync(Queue, Other, "new");
        await Queue.CancelAsync(task);
        await AckAsync(worker, task);
        Assert.That((await Queue.LookupAsync(task)).Place, Is.EqualTo(TaskPlace.Finished));
        Assert.That((await Queue.SizesAsync()).Cancelled, Is.EqualTo(1));
    }
}
