using System.Collections.Concurrent;
using MessagePack;
using Microsoft.Extensions.Logging.Abstractions;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Gateway;
using QCluster.Hosting.Pusher;
using QCluster.IntegrationTests.Broker;
using QCluster.IntegrationTests.Redis.Connection;
using QCluster.Queue;
using QCluster.TaskClasses;
using QCluster.Wire;
using QCluster.Wire.Primitives;

namespace QCluster.IntegrationTests.Gateway;

/// <summary>What a worker may have the pusher do: the calls of a client, and nothing that clusters do. Over real sockets and a real Redis.</summary>
public sealed class ClientGatewayTests : BrokerFixture
{
    private const int CallRefused = 2010;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly string[] OfClusters = ["claim", "ack", "release", "register", "resync", "fence", "reclaim", "heartbeat", "leave", "orphans", "look", "archived", "outbox_done", "schedule_due", "schedule_fire", "schedule_note", "mail_take", "enqueue", "forced", "doctor", "nonsense"];

    private BlockingCollection<byte[]> _answers = null!;
    private LogLines _log = null!;
    private DirectoryInfo _folder = null!;
    private ClientGateway _gateway = null!;
    private FrameConnection _pusher = null!;
    private FrameConnection _worker = null!;
    private GatewayTransport _transport = null!;

    [SetUp]
    public async Task Connect()
    {
        _answers = [];
        _log = new LogLines();
        _folder = Directory.CreateTempSubdirectory("qcluster-gateway-");
        var path = Path.Combine(_folder.FullName, "s");
        using var listener = LocalSocket.Listen(path);
        _worker = new FrameConnection(LocalSocket.TryConnect(path)!, 1 << 20);
        _pusher = new FrameConnection(await listener.AcceptAsync(), 1 << 20);
        _gateway = new ClientGateway(new RedisTransport(RedisConnectionFixture.Connect(Server.Endpoint), Queue.Name, TimeProvider.System, NullLogger.Instance), _log);
        _transport = new GatewayTransport(call => _worker.Send(FrameType.Call, call), Limit);
        _pusher.Start("pusher", (connection, _, call) => _gateway.Answer(connection, call), static (_, _) => { });
        _worker.Start("worker", (_, _, answer) => OnAnswer(answer.ToArray()), static (_, _) => { });
    }

    [TearDown]
    public async Task Disconnect()
    {
        _worker.Dispose();
        _pusher.Dispose();
        await _gateway.DisposeAsync();
        await _transport.DisposeAsync();
        _answers.Dispose();
        _folder.Delete(recursive: true);
    }

    [TestCaseSource(nameof(OfClusters))]
    public void Script_of_clusters_is_refused(string script)
    {
        var (isDone, problem) = Send(1, script);
        Assert.That(isDone, Is.False);
        Assert.That(problem, Does.Contain($"'{script}'").And.Contain("not among"));
    }

    [Test]
    public async Task Forged_claim_takes_no_task_and_is_logged_once()
    {
        var worker = await Queue.WorkerAsync();
        var task = await Queue.AddAsync();
        for (var i = 0; i < 3; i++)
            Assert.That(Send(i, "claim", "4096", "0", worker.Incarnation, "1:" + worker.Incarnation, "1:1:1:1").IsDone, Is.False);
        Assert.That(await Queue.WaitingAsync(), Is.EqualTo(new[] { task.Id.Value }));
        Assert.That(_log.Of(CallRefused), Has.Count.EqualTo(1).And.All.Contain("'claim'"));
    }

    [Test]
    public async Task Calls_of_a_client_are_made()
    {
        var scripts = new ClientScripts(_transport);
        var task = TestTask.New();
        await scripts.Tasks.EnqueueAsync(new EnqueueBatch(task.Id.Queue, TaskPriority.Normal, [task.Element]), CancellationToken.None);
        Assert.That((await scripts.Tasks.LookupAsync(task.Id, CancellationToken.None)).Place, Is.EqualTo(TaskPlace.Waiting));
        Assert.That((await scripts.Tasks.WaitAsync(task.Id, TimeSpan.FromMilliseconds(50), CancellationToken.None)).Place, Is.EqualTo(TaskPlace.Unfinished));
        Assert.That((await scripts.Queues.SizesAsync(task.Id.Queue, CancellationToken.None)).Waiting, Is.EqualTo(1));
        Assert.That(await scripts.Queues.NamesAsync(CancellationToken.None), Is.EqualTo(new[] { task.Id.Queue }));
        Assert.That(await scripts.Tasks.CancelAsync(task.Id, "cancelled"u8.ToArray(), Limit, CancellationToken.None), Is.EqualTo(CancelResult.Cancelled));
        Assert.That((await scripts.Tasks.WaitAsync(task.Id, Limit, CancellationToken.None)).Record.ToArray(), Is.Not.Empty);
        Assert.That(_log.Of(CallRefused), Is.Empty);
    }

    [Test]
    public async Task Consumer_cannot_be_created_inside_a_task()
    {
        await using var client = new QClusterClient(new QClusterOptions(), _transport, null, TimeProvider.System);
        Assert.That(() => client.CreateConsumer(), Throws.TypeOf<NotSupportedException>().With.Message.Contains("inside a task"));
    }

    private void OnAnswer(byte[] answer)
    {
        _transport.OnAnswer(answer);
        _answers.Add(answer);
    }

    /// <summary>Sends a frame that names any script, as task code could, and waits for its answer.</summary>
    private (bool IsDone, string Problem) Send(long number, string script, params string[] arguments)
    {
        using var buffer = new PooledBuffer();
        var writer = new MessagePackWriter(buffer);
        writer.Write(number);
        writer.Write((long)GatewayCall.Script);
        writer.WriteText(script);
        writer.WriteText("default");
        writer.Write(Array.Empty<byte>());
        writer.WriteArrayHeader(arguments.Length);
        foreach (var argument in arguments)
            writer.Write(ScriptCall.Text(argument));
        writer.Flush();
        Assert.That(_worker.Send(FrameType.Call, buffer.WrittenSpan), Is.True);

        Assert.That(_answers.TryTake(out var answer, Limit), Is.True, "it is answered");
        var reader = new WireReader(answer);
        Assert.That(reader.ReadInt64(), Is.EqualTo(number));
        if (reader.ReadBoolean())
            return (true, "");
        reader.Skip();
        return (false, reader.ReadString());
    }
}
