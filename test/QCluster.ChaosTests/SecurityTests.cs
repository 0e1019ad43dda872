using QCluster.Launching.Servers;
using QCluster.TestSupport;

namespace QCluster.ChaosTests;

internal sealed class SecurityTests : ClusterFixture
{
    private const string Secret = "a-signing-key-nobody-may-see";
    private const string Password = "a-password-nobody-may-see";

    [Test]
    public async Task The_documented_permissions_are_enough()
    {
        await Redis.CallAsync("ACL", "SETUSER", "default", "resetkeys", "~q:*", "resetchannels", "&q:*", "-@all", "+@read", "+@write", "+@scripting", "+@pubsub", "+@connection", "+info", "+time", "+blpop");
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--queue", "default", "--queue", "mail");
        await using var client = NewClient(Redis.Endpoint);
        Assert.That(await client.Result(await client.Async("demo.echo", 1), TimeSpan.FromSeconds(10)), Is.EqualTo(1), cluster.Log);
        var chain = await client.AsyncChain([new("demo.echo", 1), new ChainStep(new TaskCall("demo.echo", 2), new TaskOptions { Queue = "mail" })], new ChainOptions { Cached = TimeSpan.FromMinutes(1) });
        Assert.That(await client.ResultGroup(chain, wait: TimeSpan.FromSeconds(10)), Is.EqualTo(new[] { 1, 2 }));
        var running = await client.Async("demo.sleep", 60);
        await Eventually.IsTrue(async () => (await client.Fetch(running))!.State == TaskState.Running);
        Assert.That(await client.Cancel(running), Is.EqualTo(CancelResult.Requested));
        Assert.That((await client.Fetch(running, TimeSpan.FromSeconds(10)))!.State, Is.EqualTo(TaskState.Cancelled));
        Assert.That((await BuiltProgram.RunToolAsync(Redis.Endpoint, "doctor")).ExitCode, Is.Zero);
        Assert.That(cluster.Log, Does.Not.Contain("NOPERM"));
    }

    [Test]
    public async Task Secrets_appear_in_no_log_argument_or_reply()
    {
        await using var redis = await RedisServer.StartAsync(new RedisServerOptions { Password = Password });
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["QCLUSTER_REDIS"] = redis.Endpoint, ["QCLUSTER_SECRET"] = Secret };
        await using var cluster = await ClusterProcess.LaunchAsync([BuiltProgram.Tool, "start", "--app", BuiltProgram.Demo], environment);
        var seen = new List<string>();
        foreach (var arguments in (string[][])[["async", "demo.fail", "x", "--wait", "10s"], ["info", "--json"], ["health", "--json"], ["queues", "--json"], ["doctor", "--json"], ["failures", "--json"]])
        {
            var (_, output, error) = await BuiltProgram.RunToolAsync(redis.Endpoint, environment, arguments);
            seen.Add(output);
            seen.Add(error);
        }

        // And when it cannot connect, or the packet is of somebody else.
        foreach (var (redisOf, secretOf) in new[] { (redis.Endpoint.Replace($"{redis.Port}", $"{FreePort.Next()}", StringComparison.Ordinal), Secret), (redis.Endpoint, Secret + "-another") })
        {
            var (_, output, error) = await BuiltProgram.RunToolAsync(redisOf, new Dictionary<string, string>(StringComparer.Ordinal) { ["QCLUSTER_SECRET"] = secretOf, ["QCLUSTER_CALL_TIMEOUT"] = "2s" }, "async", "demo.echo", "1", "--wait", "5s");
            seen.Add(output);
            seen.Add(error);
        }

        foreach (var child in new[] { "Pusher", "Worker", "Monitor" }.SelectMany(cluster.Children))
            seen.Add(await File.ReadAllTextAsync($"/proc/{child}/cmdline"));
        foreach (var worker in cluster.Children("Worker"))
            seen.Add(await File.ReadAllTextAsync($"/proc/{worker}/environ"));
        seen.Add(cluster.Log);
        Assert.That(seen, Has.None.Contains(Secret).And.None.Contains(Password));
        Assert.That(string.Concat(seen), Does.Contain("InvalidOperationException"), "they have answered");
    }

    [Test]
    public async Task A_task_older_than_max_age_is_refused()
    {
        var old = await Client.Async("demo.echo", 1);
        await Task.Delay(TimeSpan.FromSeconds(2));
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--max-age", "1500ms");
        var record = await Client.Fetch(old, TimeSpan.FromSeconds(10));
        Assert.That(record!.Error?.Reason, Is.EqualTo(FailureReason.Refused));
        Assert.That(record.Error!.Message, Does.Contain("max_age"));
        Assert.That(await Client.Result(await Client.Async("demo.echo", 2), TimeSpan.FromSeconds(10)), Is.EqualTo(2));
    }
}
