using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using QCluster.TestSupport;

namespace QCluster.ChaosTests.Telemetry;

internal sealed class TelemetryTests : ClusterFixture
{
    [Test]
    public async Task A_chain_with_a_hook_and_a_timeout_is_exported_as_one_trace()
    {
        using var collector = new OtlpReceiver();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf", ["OTEL_BSP_SCHEDULE_DELAY"] = "200", ["OTEL_METRIC_EXPORT_INTERVAL"] = "500" };
        await using var cluster = await ClusterProcess.LaunchAsync([BuiltProgram.Tool, "start", "--redis", Redis.Endpoint, "--app", BuiltProgram.Demo, "--workers", "1", "--otlp", collector.Endpoint, "--grace", "500ms"], environment);
        var chain = Path.Combine(Folder, "chain.json");
        var told = Path.Combine(Folder, "told");
        await File.WriteAllTextAsync(chain, """[["math.copysign", [1, -1]], ["math.floor", [1.5]], ["math.add", [1, 2]]]""");
        var (code, output, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, environment, "chain", chain, "--hook", "hooks.append", "--hook-arg", told, "--wait", "20s", "--otlp", collector.Endpoint);
        Assert.That((code, output), Is.EqualTo((0, "[-1,1,3]")), error);

        await Eventually.IsTrue(() => collector.Spans.Count >= 5, TimeSpan.FromSeconds(20));
        var root = collector.Spans.Single(s => s.Parent.Length == 0);
        var others = collector.Spans.Where(s => s != root).ToArray();
        Assert.Multiple(() =>
        {
            Assert.That(root.Name, Is.EqualTo("send default"));
            Assert.That(others.Select(s => s.Tags["qcluster.function"]), Is.EquivalentTo(new[] { "math.copysign", "math.floor", "math.add", "hooks.append" }));
            Assert.That(others.Select(s => s.Name), Is.All.EqualTo("process default"));
            Assert.That(others.Select(s => s.Trace), Is.All.EqualTo(root.Trace));
            Assert.That(others.Select(s => s.Parent), Is.All.EqualTo(root.Id));
            Assert.That(others.Select(s => s.Tags["messaging.system"]), Is.All.EqualTo("qcluster"));
            Assert.That(others.Select(s => s.Tags["messaging.message.id"]).Distinct(), Has.Exactly(4).Items);
        });

        await Client.Fetch(await Client.Async(new TaskCall("demo.spin", 60), new TaskOptions { Timeout = TimeSpan.FromMilliseconds(200) }), TimeSpan.FromSeconds(20));
        foreach (var metric in new[] { "messaging.client.sent.messages", "messaging.client.operation.duration", "messaging.process.duration", "qcluster.task.outcomes", "qcluster.queue.depth", "qcluster.queue.oldest_age", "qcluster.slots.busy", "qcluster.process.kills", "qcluster.process.restarts" })
            await Eventually.IsTrue(() => collector.Metrics.ContainsKey(metric), TimeSpan.FromSeconds(20), metric);
    }

    [Test]
    public async Task Unresponsive_collector_does_not_delay_tasks_or_shutdown()
    {
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(1);
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--otlp", $"http://127.0.0.1:{((IPEndPoint)deaf.LocalEndPoint!).Port}");
        Assert.That(await Client.Result<long>(await Client.Async("math.add", 1, 2), TimeSpan.FromSeconds(10)), Is.EqualTo(3));
        cluster.Send(Signal.Terminate);
        Assert.That(await cluster.WaitForExitAsync(TimeSpan.FromSeconds(15)), Is.Zero);
    }

    [Test]
    public async Task Every_line_of_a_json_log_is_an_entry_that_names_its_task()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--log-format", "json");
        var id = await Client.Async("demo.log", "hello \"you\"");
        await Client.Fetch(id, TimeSpan.FromSeconds(10));
        await Eventually.IsTrue(() => cluster.Log.Contains("hello", StringComparison.Ordinal));
        cluster.Send(Signal.Terminate);
        await cluster.WaitForExitAsync(TimeSpan.FromSeconds(10));
        var entries = cluster.Log.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.That(entries.Select(e => e.GetProperty("level").GetString()), Is.All.Not.Null);
        Assert.That(entries.Where(e => e.TryGetProperty("event_id", out _)).Select(e => e.GetProperty("event_id").GetInt32()), Is.SupersetOf(new[] { 1001, 1002, 1010, 1011 }));
        var told = entries.Single(e => e.GetProperty("message").GetString() == "hello \"you\"");
        var scope = told.GetProperty("scope");
        Assert.That((scope.GetProperty("TaskId").GetString(), scope.GetProperty("Function").GetString(), told.GetProperty("process").GetString()), Is.EqualTo((id, "demo.log", "worker 0")));
    }

    [Test]
    public async Task Lines_of_a_text_log_name_their_task_too()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1");
        var id = await Client.Async("demo.log", "hello");
        await Eventually.IsTrue(() => cluster.Log.Contains($"hello [task {id} demo.log]", StringComparison.Ordinal));
    }

    [Test]
    public async Task The_cluster_notifies_systemd_when_ready_alive_and_stopping()
    {
        var path = Path.Combine(Folder, "notify");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        systemd.Bind(new UnixDomainSocketEndPoint(path));
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["NOTIFY_SOCKET"] = path, ["WATCHDOG_USEC"] = "1000000" };
        await using var cluster = await ClusterProcess.LaunchAsync([BuiltProgram.Tool, "start", "--redis", Redis.Endpoint, "--workers", "1"], environment);
        await HearAsync(systemd, "READY=1");
        await HearAsync(systemd, "WATCHDOG=1");
        await HearAsync(systemd, "WATCHDOG=1");
        cluster.Send(Signal.Terminate);
        await HearAsync(systemd, "STOPPING=1");
        Assert.That(await cluster.WaitForExitAsync(TimeSpan.FromSeconds(10)), Is.Zero);
    }

    private static async Task HearAsync(Socket systemd, string word)
    {
        var buffer = new byte[1000];
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        string heard;
        do
            heard = Encoding.UTF8.GetString(buffer, 0, await systemd.ReceiveAsync(buffer, limit.Token));
        while (!heard.Split('\n').Contains(word, StringComparer.Ordinal));
    }
}
