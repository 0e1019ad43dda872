using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Redis.Connection;

public sealed class SubscriptionTests : RedisConnectionFixture
{
    [Test]
    public async Task A_subscription_is_in_force_on_return_and_ends_when_disposed_of()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = Connect(server.Endpoint);
        var got = new BlockingMessages();
        var subscription = await connection.SubscribeAsync("here", got.Add);
        Assert.That(await server.CallAsync("PUBLISH", "here", "one"), Is.EqualTo("1"));
        Assert.That(await got.NextAsync(), Is.EqualTo("one"));
        await subscription.DisposeAsync();
        Assert.That(await server.CallAsync("PUBLISH", "here", "two"), Is.EqualTo("0"));
    }

    [Test]
    public async Task The_first_subscription_takes_one_socket_more_and_replaces_none()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using var connection = Connect(proxy.Endpoint);
        await connection.RoundTripAsync();
        Assert.That(proxy.Accepted, Is.EqualTo(1));
        await using var first = await connection.SubscribeAsync("first", _ => { });
        await using var second = await connection.SubscribeAsync("second", _ => { });
        Assert.That((proxy.Accepted, proxy.Open), Is.EqualTo((2, 2)));
    }

    [Test]
    public async Task A_failing_handler_does_not_affect_the_others_of_its_channel()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = Connect(server.Endpoint);
        var got = new BlockingMessages();
        await using var failing = await connection.SubscribeAsync("both", _ => throw new InvalidOperationException("a fault of the handler"));
        await using var working = await connection.SubscribeAsync("both", got.Add);
        await server.CallAsync("PUBLISH", "both", "one");
        await server.CallAsync("PUBLISH", "both", "two");
        Assert.That(new[] { await got.NextAsync(), await got.NextAsync() }, Is.EquivalentTo(new[] { "one", "two" }));
    }

    [Test]
    public async Task Subscriptions_survive_a_restart_and_are_active_at_Reconnected()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = Connect(server.Endpoint);
        var got = new BlockingMessages();
        await using var first = await connection.SubscribeAsync("first", got.Add);
        await using var second = await connection.SubscribeAsync("second", got.Add);
        var reconnected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Reconnected += (_, _) => reconnected.TrySetResult();
        await server.KillAsync();
        await server.StartAgainAsync();
        var clock = Stopwatch.StartNew();
        await reconnected.Task.WaitAsync(TimeSpan.FromSeconds(5));
        TestContext.Out.WriteLine($"subscribed again {clock.ElapsedMilliseconds} ms after the server answered");
        Assert.That(await server.CallAsync("PUBLISH", "first", "again"), Is.EqualTo("1"));
        Assert.That(await server.CallAsync("PUBLISH", "second", "again"), Is.EqualTo("1"));
        Assert.That(await got.NextAsync(), Is.EqualTo("again"));
        Assert.That(await got.NextAsync(), Is.EqualTo("again"));
    }

    [Test]
    public async Task A_silent_subscription_is_noticed_without_any_call()
    {
        await using var server = await RedisServer.StartAsync();
        await using var proxy = new FaultProxy(server.Port);
        await using var connection = Connect(proxy.Endpoint);
        var got = new BlockingMessages();
        await using var subscription = await connection.SubscribeAsync("silent", got.Add);
        var reconnected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Reconnected += (_, _) => reconnected.TrySetResult();
        proxy.Freeze();
        // At most one interval of the check and one reply time-out.
        await Eventually.IsTrue(() => !connection.IsConnected, TimeSpan.FromSeconds(3));
        proxy.DropAll();
        proxy.Thaw();
        await reconnected.Task.WaitAsync(TimeSpan.FromSeconds(5));
        await server.CallAsync("PUBLISH", "silent", "heard");
        Assert.That(await got.NextAsync(), Is.EqualTo("heard"));
    }

    [Test]
    public async Task A_subscription_killed_by_the_server_is_made_again()
    {
        await using var server = await RedisServer.StartAsync();
        await using var connection = Connect(server.Endpoint);
        var got = new BlockingMessages();
        await using var subscription = await connection.SubscribeAsync("killed", got.Add);
        var reconnected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Reconnected += (_, _) => reconnected.TrySetResult();
        await server.CallAsync("CLIENT", "KILL", "TYPE", "pubsub");
        await reconnected.Task.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.That(await server.CallAsync("PUBLISH", "killed", "heard"), Is.EqualTo("1"));
        Assert.That(await got.NextAsync(), Is.EqualTo("heard"));
    }

    private sealed class BlockingMessages
    {
        private readonly ConcurrentQueue<string> _messages = [];
        private readonly SemaphoreSlim _count = new(0);

        public void Add(byte[] message)
        {
            _messages.Enqueue(Encoding.UTF8.GetString(message));
            _count.Release();
        }

        public async Task<string> NextAsync()
        {
            if (!await _count.WaitAsync(TimeSpan.FromSeconds(5)) || !_messages.TryDequeue(out var message)) throw new TimeoutException("no message came");
            return message;
        }
    }
}
