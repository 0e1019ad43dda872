using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Garnet;
using Garnet.server;
using QCluster.TestSupport;

namespace QCluster.ChaosTests.Embedded;

/// <summary><c>qcluster start --redis embedded</c>: the server is supervised, found by others, and loses nothing.</summary>
internal sealed class EmbeddedStartTests : EmbeddedFixture
{
    protected override Dictionary<string, string> Environment => new(base.Environment, StringComparer.Ordinal) { ["QCLUSTER_REDIS"] = "embedded" };

    private string Connection => File.ReadAllText(Path.Combine(Folder, "qcluster", "embedded", "connection")).Trim();

    private async Task<int> ServerIdAsync()
    {
        var address = Connection.Split(',')[0].Split(':');
        var info = await RedisCommands.CallAsync(address[0], int.Parse(address[1], CultureInfo.InvariantCulture), Connection.Split("password=")[1], ["INFO", "server"], Limit);
        return int.Parse(info.Split("process_id:")[1].Split('\r', '\n')[0], CultureInfo.InvariantCulture);
    }

    private static async Task AllOnceAsync(string file, int count) =>
        await Eventually.IsTrue(() => SharedFile.Lines(file).Distinct(StringComparer.Ordinal).Count() == count, Limit);

    private QClusterClient NewClient() => new(new QClusterOptions { Redis = Connection, CallTimeout = TimeSpan.FromSeconds(20) });

    private Task<IReadOnlyList<string>> AppendAsync(QClusterClient client, int count) =>
        client.AsyncBulk(Enumerable.Range(0, count).Select(i => new TaskCall("demo.append", Path.Combine(Folder, "lines"), $"{i}", 20)));

    [Test]
    public async Task Other_programs_find_the_server_and_it_ends_with_the_cluster()
    {
        int server;
        await using (var cluster = await StartAsync())
        {
            server = await ServerIdAsync();
            Assert.That(await BuiltProgram.RunToolAsync("embedded", Environment, "async", "math.copysign", "2", "-2", "--wait", "20s"), Is.EqualTo((0, "-2", "")));
            if (!OperatingSystem.IsWindows())
                Assert.That(File.GetUnixFileMode(Path.Combine(Folder, "qcluster", "embedded", "connection")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
            cluster.Send(Signal.Terminate);
            Assert.That(await cluster.WaitForExitAsync(Limit), Is.Zero);
        }

        Assert.That(Signals.TrySend(server, Signal.Continue), Is.False, "the server has ended");
        var after = await BuiltProgram.RunToolAsync("embedded", Environment, "queues");
        Assert.That(after.Error, Does.Contain("no embedded server of this user runs: start one with 'qcluster start --redis embedded'"));
    }

    [Test]
    public async Task Killed_server_is_started_again_and_every_task_ends()
    {
        await using var cluster = await StartAsync();
        await using var client = NewClient();
        await AppendAsync(client, 400);
        Signals.Send(await ServerIdAsync(), Signal.Kill);
        await AllOnceAsync(Path.Combine(Folder, "lines"), 400);
        Assert.That(cluster.Log, Does.Contain("The private embedded server ended with code"));
    }

    [Test]
    public async Task After_a_kill_of_everything_nothing_is_lost()
    {
        string address;
        await using (var cluster = await StartAsync())
        {
            address = Connection;
            await using var client = NewClient();
            await AppendAsync(client, 400);
            Signals.Send(await ServerIdAsync(), Signal.Kill);
            cluster.SendToGroup(Signal.Kill);
            await cluster.WaitForExitAsync(Limit);
        }

        await using var again = await StartAsync();
        Assert.That(Connection, Is.EqualTo(address), "clients that run on find it at the same place");
        await AllOnceAsync(Path.Combine(Folder, "lines"), 400);
    }

    [Test]
    public async Task Server_whose_cluster_was_killed_ends_and_the_next_start_has_its_data()
    {
        string address;
        await using (var cluster = await StartAsync())
        {
            address = Connection;
            await using var client = NewClient();
            await AppendAsync(client, 400);
            cluster.SendToGroup(Signal.Kill);
            await cluster.WaitForExitAsync(Limit);
        }

        await using var again = await StartAsync();
        Assert.That(Connection, Is.EqualTo(address));
        await AllOnceAsync(Path.Combine(Folder, "lines"), 400);
    }

    [Test]
    public async Task Second_cluster_joins_the_server_of_the_first()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync();
        Assert.That(other.Log, Does.Contain("Using the embedded server that runs for this user"));
        await using var client = NewClient();
        await AppendAsync(client, 100);
        await AllOnceAsync(Path.Combine(Folder, "lines"), 100);
    }

    [Test]
    public async Task Stock_garnet_is_refused_with_the_reason()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var stock = new GarnetServer(new GarnetServerOptions { EndPoints = [new IPEndPoint(IPAddress.Loopback, port)], QuietMode = true, IndexMemorySize = "4m", LogMemorySize = "64m", PageSize = "1m" });
        stock.Start();
        var (code, _, error) = await BuiltProgram.RunToolAsync($"127.0.0.1:{port}", "start");
        Assert.That(code, Is.Not.Zero);
        Assert.That(error, Does.Contain("is Microsoft Garnet, which does not run a Lua script alone"));
    }

    [Test]
    public async Task Folder_that_cannot_be_used_is_an_error_that_names_it()
    {
        File.WriteAllText(Path.Combine(Folder, "qcluster"), "in the way");
        var (code, _, error) = await BuiltProgram.RunToolAsync("embedded", Environment, "start");
        Assert.That(code, Is.Not.Zero);
        Assert.That(error, Does.Contain(Path.Combine(Folder, "qcluster", "embedded")));
    }
}
