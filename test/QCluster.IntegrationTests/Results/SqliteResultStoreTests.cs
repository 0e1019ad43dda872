using Microsoft.Data.Sqlite;
using QCluster.Client.Results;
using QCluster.TestSupport.Databases;

namespace QCluster.IntegrationTests.Results;

/// <summary>What is particular to SQLite: a file, with its folder, its locks and its disk.</summary>
internal sealed class SqliteResultStoreTests
{
    private SqliteTestDatabase _database = null!;
    private IResultStore _store = null!;

    [SetUp]
    public void OpenStore()
    {
        _database = new SqliteTestDatabase();
        _store = ResultStores.Open(_database.Results);
    }

    [TearDown]
    public async Task CloseStore()
    {
        await _store.DisposeAsync();
        await _database.DisposeAsync();
    }

    private Task SaveAsync(int count = 1) => _store.SaveAsync([.. Enumerable.Range(0, count).Select(i => SavedTasks.Finished(DateTimeOffset.UtcNow, name: $"n{i}"))], CancellationToken.None);

    private static Task RequireAsync(string file) => ResultStores.RequireAsync("sqlite:" + file, CancellationToken.None);

    [Test]
    public async Task Short_lock_delays_a_batch_and_fails_none()
    {
        await SaveAsync();
        await _database.MakeUnavailableAsync();
        var saving = SaveAsync();
        await Task.Delay(1500);
        Assert.That(saving.IsCompleted, Is.False);
        await _database.MakeAvailableAsync();
        await saving;
        Assert.That(await _database.RowsAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task Locked_file_is_read_while_it_cannot_be_written()
    {
        await SaveAsync(3);
        await _database.MakeUnavailableAsync();
        await using var reader = ResultStores.Open(_database.Results);
        Assert.That(await reader.CountAsync(true, new TaskQuery(), CancellationToken.None), Is.EqualTo(3));
    }

    [Test]
    public async Task Cancelled_save_does_not_wait_for_the_lock()
    {
        await SaveAsync();
        await _database.MakeUnavailableAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        var started = TimeProvider.System.GetTimestamp();
        Assert.That(async () => await _store.SaveAsync([SavedTasks.Finished(DateTimeOffset.UtcNow)], limit.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(TimeProvider.System.GetElapsedTime(started), Is.LessThan(TimeSpan.FromSeconds(4)));
    }

    [Test]
    public async Task Full_disk_is_said_to_be_full_and_leaves_whole_batches()
    {
        await SaveAsync(10);
        // As many pages as there are, and a few more.
        SqliteConnection.ClearAllPools();
        await using var small = new SqliteConnection($"Data Source={_database.File};Mode=ReadWrite;Default Timeout=1");
        await small.OpenAsync();
        await using (var command = small.CreateCommand())
        {
            command.CommandText = "PRAGMA max_page_count = 20";
            await command.ExecuteScalarAsync();
        }

        // The limit belongs to a connection: this one goes into the pool, and the store takes it from there.
        await small.CloseAsync();
        Assert.That(async () => await SaveAsync(1000), Throws.InstanceOf<ResultStoreException>().With.Message.Contains("disk is full").And.Message.Contains("keep_success"));
        Assert.That(await _database.RowsAsync(), Is.EqualTo(10));
        Assert.That(await _database.QueryAsync("PRAGMA integrity_check"), Is.EqualTo("ok"));
        SqliteConnection.ClearAllPools();
        await SaveAsync(1000);
        Assert.That(await _database.RowsAsync(), Is.EqualTo(1010));
    }

    [Test]
    public void Missing_folder_is_named() =>
        Assert.That(() => new QClusterOptions { Results = $"sqlite:{_database.Folder}/none/r.db" }.Validate(), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains($"{_database.Folder}/none does not exist"));

    [Test]
    public void Folder_instead_of_a_file_is_refused() =>
        Assert.That(() => new QClusterOptions { Results = $"sqlite:{_database.Folder}" }.Validate(), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("is a folder"));

    [TestCase("sqlite:")]
    [TestCase("sqlite:///relative.db")]
    [TestCase("sqlite::memory:")]
    [TestCase("sqlite:folder/")]
    [TestCase("mysql://host/db")]
    [TestCase("/var/lib/results.db")]
    public void Address_that_names_no_file_is_refused(string results) =>
        Assert.That(() => new QClusterOptions { Results = results }.Validate(), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("results").And.Message.Contains("write").And.Message.Contains("sqlite:"));

    [Test]
    public async Task File_of_another_kind_is_refused_and_left_as_it_is()
    {
        await File.WriteAllTextAsync(_database.File, new string('x', 5000));
        Assert.That(async () => await RequireAsync(_database.File), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("is no SQLite database").And.Message.Contains(_database.File));
        Assert.That(async () => await SaveAsync(), Throws.InstanceOf<ResultStoreException>().With.Message.Contains("is no SQLite database"));
        Assert.That(await File.ReadAllTextAsync(_database.File), Is.EqualTo(new string('x', 5000)));
    }

    [Test]
    public async Task File_of_a_later_version_is_refused_at_start()
    {
        await SaveAsync();
        await _database.QueryAsync("INSERT INTO qcluster_schema_version (version) VALUES (7)");
        Assert.That(async () => await RequireAsync(_database.File), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("version 7").And.Message.Contains("Update"));
    }

    [Test]
    public void Folder_where_no_file_can_be_made_is_refused_at_start() =>
        Assert.That(async () => await RequireAsync("/proc/results.db"), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("cannot be opened by the user").And.Message.Contains("/proc"));

    [Test]
    public async Task Locked_file_does_not_stop_a_start()
    {
        await SaveAsync();
        await _database.MakeUnavailableAsync();
        await RequireAsync(_database.File);
    }

    [Test]
    public async Task Damaged_file_is_said_to_be_damaged()
    {
        await SaveAsync(5000);
        await _store.DisposeAsync();
        await using (var file = File.OpenWrite(_database.File))
        {
            file.Seek(4096, SeekOrigin.Begin);
            await file.WriteAsync(Enumerable.Repeat((byte)0xA5, 200_000).ToArray());
        }

        await using var store = ResultStores.Open(_database.Results);
        Assert.That(async () => await store.QueryAsync(true, new TaskQuery { Limit = 10_000 }, CancellationToken.None), Throws.InstanceOf<ResultStoreException>().With.Message.Contains("is damaged").And.Message.Contains(".recover"));
    }

    [Test]
    public async Task Relative_path_is_that_of_the_current_folder()
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, _database.File);
        await using var store = ResultStores.Open("sqlite:" + relative);
        await store.PrepareAsync(CancellationToken.None);
        Assert.That(File.Exists(_database.File), Is.True);
        Assert.That(ResultFile.Absolute("sqlite:" + relative), Is.EqualTo(_database.Results));
    }

    [Test]
    public async Task Closed_store_leaves_one_file()
    {
        await SaveAsync(100);
        await _store.DisposeAsync();
        Assert.That(Directory.GetFiles(_database.Folder), Is.EqualTo(new[] { _database.File }));
    }

    [TestCase("state = 3 ORDER BY stopped DESC, id DESC", "qcluster_tasks_succeeded")]
    [TestCase("state <> 3 ORDER BY stopped, id", "qcluster_tasks_not_succeeded")]
    [TestCase("state = 3 AND func = 'f' ORDER BY stopped DESC, id DESC", "qcluster_tasks_func")]
    [TestCase("group_name = 'g' ORDER BY stopped DESC, id DESC", "qcluster_tasks_group")]
    [TestCase("name = 'n' AND queue = 'q' ORDER BY stopped DESC, id DESC", "qcluster_tasks_name")]
    [TestCase("state = 3 AND (stopped, id) < (5, x'00') ORDER BY stopped DESC, id DESC", "qcluster_tasks_succeeded")]
    public async Task Page_comes_from_an_index_without_sorting(string clauses, string index)
    {
        await SaveAsync(100);
        var plan = await _database.QueryAsync($"EXPLAIN QUERY PLAN SELECT * FROM qcluster_tasks WHERE {clauses} LIMIT 10");
        Assert.That(plan, Does.Contain(index).And.Not.Contains("TEMP B-TREE"));
    }
}
