using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>Servers that are not as a cluster wants them.</summary>
internal sealed class RedisServerTests : ClusterFixture
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    [TestCase("allkeys-lru")]
    [TestCase("volatile-lru")]
    public async Task A_cluster_starts_on_a_redis_that_evicts_only_when_allowed(string policy)
    {
        await Redis.CallAsync("CONFIG", "SET", "maxmemory", "200mb");
        await Redis.CallAsync("CONFIG", "SET", "maxmemory-policy", policy);
        var (code, _, error) = await BuiltProgram.RunToolAsync(Redis.Endpoint, "start", "--app", BuiltProgram.Demo);
        Assert.That(code, Is.Not.Zero);
        Assert.That(error, Does.Contain($"maxmemory-policy is {policy}").And.Contain("allow_eviction"));
        var doctor = await BuiltProgram.RunToolAsync(Redis.Endpoint, "doctor");
        Assert.That((doctor.ExitCode, doctor.Output), Is.EqualTo((1, doctor.Output)));
        Assert.That(doctor.Output, Does.Contain(policy));

        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--allow-eviction");
        Assert.That(cluster.Log, Does.Contain("may lose tasks; this cluster starts anyway"));
        Assert.That(await Client.Result<double>(await Client.Async("math.copysign", 2, -2), Wait), Is.EqualTo(-2.0), cluster.Log);
    }

    [Test]
    public async Task A_program_with_a_cluster_does_not_start_on_a_redis_that_evicts()
    {
        await Redis.CallAsync("CONFIG", "SET", "maxmemory", "200mb");
        await Redis.CallAsync("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["SAMPLE_MARK"] = Path.Combine(Folder, "mark") };
        var (code, output, error) = await BuiltProgram.RunAsync(BuiltProgram.Sample, Redis.Endpoint, "", environment);
        Assert.That(code, Is.Not.Zero);
        Assert.That(output + error, Does.Contain("allow_eviction"));
    }

    [Test]
    public async Task A_cluster_does_not_start_on_an_active_replica()
    {
        await using var server = new ScriptedRedis(command => command switch
        {
            "INFO server" => ScriptedRedis.Bulk("# Server\r\nredis_version:6.3.4\r\nredis_mode:standalone\r\n"),
            "INFO replication" => ScriptedRedis.Bulk("# Replication\r\nrole:active-replica\r\n"),
            "PING" => "+PONG\r\n",
            _ when command.StartsWith("EVALSHA ", StringComparison.Ordinal) => ScriptedRedis.Bulk("# Memory\r\nused_memory:1\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n# Replication\r\nrole:active-replica\r\n"),
            _ when command.StartsWith("ECHO ", StringComparison.Ordinal) => ScriptedRedis.Bulk(command[5..]),
            _ when command.StartsWith("CLIENT ", StringComparison.Ordinal) => "+OK\r\n",
            _ => "-ERR unknown command\r\n",
        });
        var (code, _, error) = await BuiltProgram.RunToolAsync(server.Endpoint, "start", "--app", BuiltProgram.Demo);
        Assert.That(code, Is.Not.Zero);
        Assert.That(error, Does.Contain("active replica").And.Contain("not supported"));
    }

    [TestCase("CLIENT")]
    [TestCase("CONFIG")]
    [TestCase("KEYS")]
    [TestCase("FLUSHALL")]
    [TestCase("DEBUG")]
    [TestCase("SCRIPT")]
    public async Task Commands_that_a_managed_Redis_lacks_are_not_needed(string command)
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { ExtraArguments = ["--rename-command", command, ""] });
        await using var cluster = await ClusterProcess.StartAsync(server.Endpoint, "--workers", "1");
        await using var client = NewClient(server.Endpoint);
        for (var i = 0; i < 3; i++)
            Assert.That(await client.Result<double>(await client.Async("math.copysign", 2, -2), Wait), Is.EqualTo(-2.0), cluster.Log);
        Assert.That((await BuiltProgram.RunToolAsync(server.Endpoint, "doctor")).ExitCode, Is.Zero);
        Assert.That((await BuiltProgram.RunToolAsync(server.Endpoint, "health")).ExitCode, Is.Zero);
        // Restarted without persistence it knows no script any more.
        await server.RestartAsync();
        Assert.That(await client.Result<double>(await client.Async("math.copysign", 2, -2), Wait), Is.EqualTo(-2.0), cluster.Log);
    }

    [Test]
    public async Task A_cluster_works_with_the_documented_permissions()
    {
        await Redis.CallAsync("ACL", "SETUSER", "app", "on", ">secret", "~q:*", "&q:*", "+@read", "+@write", "+@scripting", "+@pubsub", "+@connection", "+info", "+time", "+blpop");
        await using var cluster = await ClusterProcess.StartAsync($"{Redis.Endpoint},user=app,password=secret", "--workers", "1");
        Assert.That(await Client.Result<double>(await Client.Async("math.copysign", 2, -2), Wait), Is.EqualTo(-2.0), cluster.Log);
        Assert.That(cluster.Log, Does.Not.Contain("NOPERM"));
    }

    [Test]
    public async Task A_full_redis_is_drained_through_a_lost_worker_and_a_new_cluster()
    {
        await Redis.CallAsync("CONFIG", "SET", "maxmemory", "1");
        await using (var first = await ClusterProcess.StartAsync(Redis.Endpoint, "--workers", "1", "--heartbeat-ttl", "2s"))
        {
            await Redis.CallAsync("CONFIG", "SET", "maxmemory", "0");
            var ids = await AppendAsync(Path.Combine(Folder, "lines"), 200, 50);
            await Redis.CallAsync("CONFIG", "SET", "maxmemory", "1");
            Assert.That(async () => await Client.Async("math.add", 1, 2), Throws.TypeOf<BrokerException>().With.Property("Problem").EqualTo(BrokerProblem.OutOfMemory));
            first.KillOne("Worker");
            // Longer than a heartbeat lasts.
            await Task.Delay(TimeSpan.FromSeconds(3));
            var health = await BuiltProgram.RunToolAsync(Redis.Endpoint, "health", "--quiet");
            Assert.That(health.Output, Does.Contain("Redis is full").And.Not.Contain("No cluster"));
            Assert.That(await FetchAllAsync(ids, TimeSpan.FromSeconds(30)), Is.All.Property("Success").True, first.Log);
        }

        await AssertNothingIsLeftAsync();
    }
}
