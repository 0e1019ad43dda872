using QCluster.TestSupport;

namespace QCluster.ChaosTests.Embedded;

/// <summary><c>qcluster move</c>: from the embedded server to a Redis.</summary>
internal sealed class MoveTests : EmbeddedFixture
{
    [Test]
    public async Task Everything_is_copied_counted_and_goes_on_there()
    {
        var lines = Path.Combine(Folder, "lines");
        await using var redis = await RedisServer.StartAsync();
        string finished;
        await using (var cluster = await StartAsync())
        {
            var connection = File.ReadAllText(Path.Combine(Folder, "qcluster", "embedded", "connection")).Trim();
            await using var client = new QClusterClient(new QClusterOptions { Redis = connection });
            finished = await client.Async(new TaskCall("math.copysign", 2, -2), new TaskOptions { Cached = TimeSpan.FromHours(1) });
            Assert.That(await client.Result<double>(finished, Limit), Is.EqualTo(-2));
            await client.Queues.Pause();
            await client.AsyncBulk(Enumerable.Range(0, 50).Select(i => new TaskCall("demo.append", lines, $"{i}", 0)));
            await client.AsyncBulk(Enumerable.Range(50, 7).Select(i => new TaskCall("demo.append", lines, $"{i}", 0)), new TaskOptions { Delay = TimeSpan.FromSeconds(1) });
            await client.AsyncChain([new ChainStep(new TaskCall("demo.append", lines, "57", 0)), new ChainStep(new TaskCall("demo.append", lines, "58", 0))]);
            await client.Schedules.Add(new Schedule("hourly", TimeSpan.FromHours(1), "math.copysign", 1, -1));

            var refused = await BuiltProgram.RunToolAsync("", Environment, "move", "--from", "embedded", "--to", redis.Endpoint);
            Assert.That((refused.ExitCode, refused.Error), Is.EqualTo((64, "qcluster: A cluster runs with the embedded server. Stop it first, then move.")));
            cluster.Send(Signal.Terminate);
            await cluster.WaitForExitAsync(Limit);
        }

        var (code, output, error) = await BuiltProgram.RunToolAsync("", Environment, "move", "--from", "embedded", "--to", redis.Endpoint);
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.Match(@"waiting tasks\s+51\s+51").And.Match(@"delayed tasks\s+7\s+7").And.Match(@"schedules\s+1\s+1").And.Match(@"records\s+1\s+1").And.Contain("Both servers have the same."));

        var again = await BuiltProgram.RunToolAsync("", Environment, "move", "--from", "embedded", "--to", redis.Endpoint);
        Assert.That(again.Error, Does.Contain("keys of the name 'default' already"));

        await using var there = new QClusterClient(new QClusterOptions { Redis = redis.Endpoint });
        Assert.That(await there.Result<double>(finished), Is.EqualTo(-2));
        await there.Queues.Resume();
        await using var next = await ClusterProcess.StartAsync(redis.Endpoint);
        await Eventually.IsTrue(() => SharedFile.Lines(lines).Distinct(StringComparer.Ordinal).Count() == 59, Limit);
        Assert.That(SharedFile.Lines(lines), Has.Length.EqualTo(59), "each once");
    }
}
