using QCluster.TestSupport;
using QCluster.TestSupport.Databases;

namespace QCluster.ChaosTests;

/// <summary>Clusters whose results go into a file that is not as it should be.</summary>
internal sealed class SqliteFileTests : ClusterFixture
{
    private SqliteTestDatabase _database = null!;

    [SetUp]
    public void MakeFolder() => _database = new SqliteTestDatabase();

    [TearDown]
    public async Task RemoveFolder() => await _database.DisposeAsync();

    private Task<(int ExitCode, string Output, string Error)> FailedStartAsync() =>
        BuiltProgram.RunToolAsync(Redis.Endpoint, "start", "--app", BuiltProgram.Demo, "--results", _database.Results);

    private Task EnqueueAsync(int count) => Client.AsyncBulk(Enumerable.Range(0, count).Select(i => new TaskCall("demo.echo", i)));

    private async Task UntilDoneAsync(int count) =>
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Succeeded == count, TimeSpan.FromSeconds(30), "the tasks do not wait for the file");

    [Test]
    public async Task Cluster_does_not_start_on_a_file_of_another_kind()
    {
        await File.WriteAllTextAsync(_database.File, "a shopping list, which nobody wants to lose");
        var (code, _, error) = await FailedStartAsync();
        Assert.That((code, error), Is.EqualTo((64, $"qcluster: The setting results cannot be '{_database.Results}': it is no SQLite database. Name another file (setting 'results'); this one has not been changed.")));
        Assert.That(await File.ReadAllTextAsync(_database.File), Is.EqualTo("a shopping list, which nobody wants to lose"));
    }

    [Test]
    public async Task Cluster_does_not_start_on_a_file_of_a_later_version()
    {
        await using (await ClusterProcess.StartAsync(Redis.Endpoint, "--results", _database.Results))
            Assert.That(await _database.QueryAsync("INSERT INTO qcluster_schema_version (version) VALUES (1000)"), Is.Empty);

        var (code, _, error) = await FailedStartAsync();
        Assert.That(code, Is.EqualTo(64));
        Assert.That(error, Does.Contain("later version").And.Contain("1000").And.Contain("Update"));
    }

    [Test]
    public async Task Cluster_does_not_start_in_a_folder_that_is_missing()
    {
        Directory.Delete(_database.Folder);
        var (code, _, error) = await FailedStartAsync();
        Directory.CreateDirectory(_database.Folder);
        Assert.That((code, error), Is.EqualTo((64, $"qcluster: The setting results cannot be '{_database.Results}': the folder {_database.Folder} does not exist; create it, or name a file in another one")));
    }

    [Test]
    public async Task Records_wait_while_the_folder_is_gone()
    {
        const int count = 500;
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--results", _database.Results);
        await EnqueueAsync(count);
        await Eventually.IsTrue(async () => await _database.RowsAsync() == count, TimeSpan.FromSeconds(30));
        Directory.Move(_database.Folder, _database.Folder + "-moved");
        await EnqueueAsync(count);
        await UntilDoneAsync(2 * count);
        await Eventually.IsTrue(() => cluster.Log.Contains("wait in Redis", StringComparison.Ordinal));
        // A monitor that starts now works too.
        cluster.KillOne("Monitor");
        await EnqueueAsync(count);
        await UntilDoneAsync(3 * count);
        Directory.Move(_database.Folder + "-moved", _database.Folder);
        await Eventually.IsTrue(async () => await _database.RowsAsync() == 3 * count, TimeSpan.FromSeconds(30), "all rows are there");
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Records_wait_while_the_disk_is_full()
    {
        const int count = 5000;
        // A small disk that only the cluster and what enters its namespaces sees.
        var script = $"mount -t tmpfs -o size=16m tmpfs '{_database.Folder}' && exec '{BuiltProgram.Tool}' start --redis {Redis.Endpoint} --app '{BuiltProgram.Demo}' --workers 1 --results '{_database.Results}'";
        await using var cluster = await ClusterProcess.LaunchAsync(["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script], new Dictionary<string, string>(StringComparer.Ordinal));
        var filler = $"/proc/{cluster.ProcessId}/root{_database.Folder}/filler";
        await File.WriteAllBytesAsync(filler, new byte[(16 << 20) - 400_000]);
        await EnqueueAsync(count);
        await UntilDoneAsync(count);
        await Eventually.IsTrue(() => cluster.Log.Contains("the disk is full", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
        File.Delete(filler);
        string[] counting = ["--target", $"{cluster.ProcessId}", "--user", "--mount", "--preserve-credentials", BuiltProgram.Tool, "successes", "--count", "--redis", Redis.Endpoint, "--results", _database.Results];
        await Eventually.IsTrue(async () => (await Commands.RunAsync(Folder, null, "nsenter", counting)).Trim() == $"{count}", TimeSpan.FromSeconds(60), "all rows are there");
    }
}
