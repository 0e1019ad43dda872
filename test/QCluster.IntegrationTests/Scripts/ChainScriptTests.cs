using QCluster.Model;
using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.Wire.Packets;

namespace QCluster.IntegrationTests.Scripts;

/// <summary>The chain's state in Redis, step by step, with every call made twice as after a lost reply.</summary>
public sealed class ChainScriptTests : BrokerFixture
{
    private static readonly TaskId Chain = TaskId.New(TaskId.DefaultQueue, TimeProvider.System);

    private static TestTask Step(int number, string? home = null)
    {
        var task = TestTask.New();
        var followUps = new FollowUps();
        followUps.AddChain(Chain.ToBytes(), number, home);
        return task with { Element = followUps.ApplyTo(task.Element) };
    }

    private static byte[] Entry(TestTask step, string queue = "", char wants = '-') =>
        [(byte)'5', (byte)wants, 0, 0, 0, 0, (byte)queue.Length, .. System.Text.Encoding.UTF8.GetBytes(queue), .. step.Element];

    private Task<long> LoadAsync(int offset, params byte[][] entries) => Queue.Scripts.Chains.LoadAsync(Chain, offset, entries, CancellationToken.None);

    private Task<bool> StartAsync(int length, bool goOn = false) =>
        Queue.Scripts.Chains.StartAsync(Chain, length, goOn, TimeSpan.FromMinutes(1), "g", [], CancellationToken.None);

    private async Task<(long Finished, string End)> LookAsync()
    {
        var progress = (await Queue.Scripts.Chains.LookAsync(Chain, TimeSpan.Zero, CancellationToken.None))!;
        return (progress.Finished, progress.End is { } end ? $"{(int)end}" : "");
    }

    private Task<AckStatus[]> AckAsync(TestWorker worker, TestTask task, TaskState state = TaskState.Succeeded) =>
        Queue.Cluster.AckAsync(worker.Incarnation, [new AckItem(task.Attempt, TestQueue.OutcomeOf(task), 60_000, state)], CancellationToken.None);

    [Test]
    public async Task Each_step_follows_the_previous_one_once()
    {
        var steps = new[] { Step(0), Step(1), Step(2) };
        Assert.That(await StartAsync(3), Is.False, "its steps are not there");
        for (var i = 0; i < 2; i++)
            Assert.That(await LoadAsync(0, Entry(steps[0]), Entry(steps[1], wants: 'p')), Is.EqualTo(2));
        await LoadAsync(2, Entry(steps[2]));
        for (var i = 0; i < 2; i++)
            Assert.That(await StartAsync(3), Is.True);
        Assert.That(await LoadAsync(3, Entry(steps[2])), Is.EqualTo(-1), "it has been started");

        var worker = await Queue.WorkerAsync();
        for (var i = 0; i < 3; i++)
        {
            Assert.That(await Queue.WaitingAsync(), Is.EqualTo(new[] { steps[i].Value }), $"step {i}");
            var taken = (await Queue.TakeAsync(worker, 9)).Single();
            TaskElement.EnvelopeOf(taken.Element, out var attachment);
            Assert.That(attachment.ToArray(), Is.EqualTo(i == 1 ? TestQueue.OutcomeOf(steps[0]) : []), "only who wants it gets the outcome before");
            for (var twice = 0; twice < 2; twice++)
                await AckAsync(worker, steps[i]);
        }

        Assert.That(await Queue.WaitingAsync(), Is.Empty);
        Assert.That(await LookAsync(), Is.EqualTo((3, "3")));
        Assert.That(await Queue.NumberAsync("PTTL", Queue.Keys.Chain(Chain.ToBytes())), Is.InRange(1, 60_000));
        Assert.That(await Queue.NumberAsync("LLEN", Queue.Key("g:g")), Is.EqualTo(3));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_failure_ends_a_chain_unless_it_continues_on_failure(bool goOn)
    {
        var steps = new[] { Step(0), Step(1) };
        await LoadAsync(0, Entry(steps[0]), Entry(steps[1]));
        await StartAsync(2, goOn);
        var worker = await Queue.WorkerAsync();
        await Queue.TakeAsync(worker, 1);
        await AckAsync(worker, steps[0], TaskState.Failed);
        Assert.That(await Queue.WaitingAsync(), Has.Length.EqualTo(goOn ? 1 : 0));
        Assert.That(await LookAsync(), Is.EqualTo((1, goOn ? "" : "4")));
        Assert.That(await Queue.NumberAsync("EXISTS", Queue.Keys.Named("cl:", Chain.ToBytes())), Is.Zero);
        Assert.That((int)await Queue.NumberAsync("HGET", Queue.Key("gi:g"), "t"), Is.EqualTo(goOn ? 2 : 1), "nobody waits for a step that will not run");
    }

    [Test]
    public async Task A_step_that_ends_in_another_queue_advances_the_chain_once()
    {
        var steps = new[] { Step(0, TaskId.DefaultQueue), Step(1) };
        await LoadAsync(0, Entry(steps[0], "mail"), Entry(steps[1]));
        await StartAsync(2);
        var outbox = await Queue.Cluster.OutboxAsync(CancellationToken.None);
        Assert.That(outbox.Single()[..6], Is.EqualTo((byte[])[(byte)'E', 4, .. "mail"u8]));
        for (var i = 0; i < 2; i++)
            await Queue.Cluster.OutboxDoneAsync(outbox, CancellationToken.None);
        Assert.That(await Queue.WaitingAsync(), Is.Empty, "it is another queue's");

        var advance = new ChainAdvance(Chain.ToBytes(), 0, "3", steps[0].Id.ToBytes(), "mail", 60_000, TestQueue.OutcomeOf(steps[0]));
        for (var i = 0; i < 2; i++)
            await Queue.Cluster.AdvanceChainAsync(advance, CancellationToken.None);
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(new[] { steps[1].Value }));
        Assert.That(await Queue.NumberAsync("LLEN", Queue.Key("g:g")), Is.EqualTo(1));
    }

    [Test]
    public async Task A_cancelled_chain_ends_even_if_its_running_step_succeeds()
    {
        var steps = new[] { Step(0), Step(1) };
        await LoadAsync(0, Entry(steps[0]), Entry(steps[1]));
        await StartAsync(2);
        var worker = await Queue.WorkerAsync();
        await Queue.TakeAsync(worker, 1);
        Assert.That(await Queue.Scripts.Chains.CancelAsync(Chain, CancellationToken.None), Is.EqualTo((CancelResult.Requested, (TaskId?)steps[0].Id)));
        await AckAsync(worker, steps[0]);
        Assert.That(await Queue.WaitingAsync(), Is.Empty);
        Assert.That(await LookAsync(), Is.EqualTo((1, "5")));
        Assert.That(await Queue.Scripts.Chains.CancelAsync(Chain, CancellationToken.None), Is.EqualTo((CancelResult.AlreadyFinished, (TaskId?)null)));
    }
}
