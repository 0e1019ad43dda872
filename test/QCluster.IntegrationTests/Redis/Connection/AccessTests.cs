using QCluster.IntegrationTests.Broker;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Redis.Connection;

/// <summary>A user with the permissions of docs/security.md and no others.</summary>
public sealed class AccessTests : RedisConnectionFixture
{
    private static readonly string[] Documented = ["~q:*", "&q:*", "-@all", "+@read", "+@write", "+@scripting", "+@pubsub", "+@connection", "+info", "+time", "+blpop"];

    private RedisServer _server = null!;

    [OneTimeSetUp]
    public async Task StartServer() => _server = await RedisServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    private Task AllowAsync(params string[] more) => _server.CallAsync(["ACL", "SETUSER", "app", "reset", "on", ">p@ss,word", .. Documented, .. more]);

    private string Address => $"redis://app:p%40ss%2Cword@127.0.0.1:{_server.Port}";

    [Test]
    public async Task The_documented_permissions_are_enough_for_a_task_and_for_waiting()
    {
        await AllowAsync();
        await using var queue = new TestQueue(Address);
        var worker = await queue.WorkerAsync();
        var task = await queue.AddAsync();
        Assert.That(await queue.TakeAsync(worker, 1), Has.Count.EqualTo(1));
        var waiting = queue.WaitAsync(task, TimeSpan.FromSeconds(10));
        await queue.AckAsync(worker, task);
        Assert.That((await waiting).Record.IsEmpty, Is.False);
        Assert.That(await queue.Scripts.Queues.ServerAsync("default", CancellationToken.None), Is.Not.Null);
        await using var blocking = ConnectBlocking(Address);
        Assert.That((await blocking.ExecuteAsync("BLPOP", [queue.Keys.WakeToken('c'), "0.05"], TimeSpan.FromSeconds(1), CancellationToken.None)).IsNull, Is.True);
    }

    [TestCase("-time")]
    [TestCase("-evalsha")]
    public async Task A_missing_permission_is_reported_with_the_required_ones(string missing)
    {
        await AllowAsync(missing);
        await using var queue = new TestQueue(Address);
        var error = await FailureOf(() => queue.BeatAsync());
        Assert.That(error.Problem, Is.EqualTo(BrokerProblem.AccessDenied), error.Message);
        Assert.That(error.Message, Does.Contain("+@read +@write +@scripting +@pubsub +@connection +info +time +blpop"));
    }

    [Test]
    public async Task Without_the_INFO_permission_the_server_state_is_unknown()
    {
        await AllowAsync("-info");
        await using var queue = new TestQueue(Address);
        Assert.That(await queue.Scripts.Queues.ServerAsync("default", CancellationToken.None), Is.Null);
        Assert.That(await queue.Client.ExamineServerAsync(CancellationToken.None), Is.Empty);
    }
}
