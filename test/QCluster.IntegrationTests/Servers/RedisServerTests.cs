using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Servers;

/// <summary>What tests expect of the server that they are given, be it a process or a container.</summary>
internal sealed class RedisServerTests
{
    private static async Task<int> CountAsync(RedisServer server) => int.Parse(await server.CallAsync("DBSIZE"), System.Globalization.CultureInfo.InvariantCulture);

    [TestCase(true)]
    [TestCase(false)]
    public async Task Killed_or_stopped_server_keeps_its_port_and_its_data(bool kill)
    {
        await using var server = await RedisServer.StartAsync(new RedisServerOptions { AppendOnly = true, Password = "p@ss \"word", ExtraArguments = ["--appendfsync", "always"] });
        var port = server.Port;
        await server.CallAsync("SET", "key", "value");
        if (kill)
            await server.KillAsync();
        else
            await server.StopAsync();
        Assert.That(async () => await server.CallAsync("PING"), Throws.Exception);
        await server.StartAgainAsync();
        Assert.That((server.Port, await server.CallAsync("GET", "key")), Is.EqualTo((port, "value")));
    }

    [Test]
    public async Task Paused_server_answers_when_it_resumes()
    {
        await using var server = await RedisServer.StartAsync();
        await server.PauseAsync();
        var answer = server.CallAsync("PING");
        await Task.Delay(300);
        Assert.That(answer.IsCompleted, Is.False);
        await server.ResumeAsync();
        Assert.That(await answer, Is.EqualTo("PONG"));
    }

    [Test]
    public async Task Servers_do_not_share_data()
    {
        await using var one = await RedisServer.StartAsync();
        await using var other = await RedisServer.StartAsync();
        await one.CallAsync("SET", "key", "value");
        Assert.That((await CountAsync(one), await CountAsync(other)), Is.EqualTo((1, 0)));
    }

    [Test]
    public void Server_that_exits_at_start_fails_with_its_output() =>
        Assert.That(
            () => RedisServer.StartAsync(new RedisServerOptions { ExtraArguments = ["--no-such-setting", "1"] }),
            Throws.Exception.With.Message.Contains("no-such-setting"));
}
