namespace QCluster.IntegrationTests.Broker;

/// <summary>Programs that block where they should await: what runs behind an await of ours must not be able to hold up other replies.</summary>
public sealed class BlockingCallerTests : BrokerFixture
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Test]
    public async Task A_caller_may_block_on_a_call_behind_any_other_call()
    {
        await using var client = new QClusterClient(new QClusterOptions { Name = Queue.Name, Redis = Server.Endpoint });
        var id = await client.Async("math.floor", 1);
        var calls = new Dictionary<string, Func<Task>>
        {
            ["enqueue"] = () => client.Async("math.floor", 1),
            ["bulk"] = () => client.AsyncBulk([new TaskCall("math.floor", 1), new TaskCall("math.floor", 2)]),
            ["fetch"] = () => client.Fetch(id),
            ["wait"] = () => client.Fetch(id, TimeSpan.FromMilliseconds(20)),
            ["sizes"] = () => client.Queues.List(),
        };
        foreach (var (name, call) in calls)
        {
            var blocking = BlockBehindAsync(call, client);
            Assert.That(await Task.WhenAny(blocking, Task.Delay(Limit)), Is.SameAs(blocking), name);
            await blocking;
        }
    }

    private static async Task BlockBehindAsync(Func<Task> call, QClusterClient client)
    {
        await call().ConfigureAwait(false);
#pragma warning disable CA1849, VSTHRD103, MA0042 // The point of the test.
        client.Async("math.floor", 2).GetAwaiter().GetResult();
        client.Queues.List().GetAwaiter().GetResult();
#pragma warning restore CA1849, VSTHRD103, MA0042
    }
}
