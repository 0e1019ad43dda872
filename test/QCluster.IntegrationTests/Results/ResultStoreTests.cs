using QCluster.Execution.Records;
using QCluster.Model;
using QCluster.Client.Results;
using QCluster.TestSupport.Databases;

namespace QCluster.IntegrationTests.Results;

/// <summary>Finished tasks in a real database, of each kind that there is.</summary>
[TestFixture(DatabaseKind.Postgres)]
[TestFixture(DatabaseKind.Sqlite)]
[NonParallelizable]
internal sealed class ResultStoreTests(DatabaseKind kind)
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private TestDatabase _database = null!;
    private IResultStore _store = null!;

    [OneTimeSetUp]
    public async Task StartDatabase() => _database = await TestDatabase.StartAsync(kind);

    [OneTimeTearDown]
    public async Task StopDatabase() => await _database.DisposeAsync();

    [SetUp]
    public async Task OpenStore()
    {
        await _database.ClearAsync();
        _store = Open();
    }

    [TearDown]
    public async Task CloseStore() => await _store.DisposeAsync();

    private IResultStore Open() => ResultStores.Open(_database.Results);

    private static SavedTask Finished(int second = 0, TaskState state = TaskState.Succeeded, string func = "f", string? group = null, string? name = null, string queue = "default") =>
        SavedTasks.Finished(Noon.AddSeconds(second), state, func, group, name, queue);

    private Task SaveAsync(params SavedTask[] tasks) => _store.SaveAsync(tasks, CancellationToken.None);

    private async Task<TaskId[]> QueryAsync(bool? succeeded, TaskQuery query) =>
        [.. (await _store.QueryAsync(succeeded, query, CancellationToken.None)).Tasks.Select(t => t.Id)];

    [Test]
    public async Task A_saved_task_is_found_unchanged()
    {
        var task = Finished(5, TaskState.Failed, "math.add", "g", "n", "mail") with { Stopped = Noon.AddMicroseconds(123_456) };
        await SaveAsync(task, Finished() with { Func = null, Started = null });
        var found = (await _store.FindAsync(task.Id, CancellationToken.None))!;
        Assert.That(found.Record, Is.EqualTo(task.Record));
        Assert.That(found with { Record = task.Record }, Is.EqualTo(task));
        Assert.That(await _store.FindAsync(TaskId.New("mail", TimeProvider.System), CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task Saving_again_leaves_the_first_row_as_it_is()
    {
        var task = Finished();
        await SaveAsync(task);
        await SaveAsync(task with { State = TaskState.Failed }, Finished());
        Assert.That((await _store.FindAsync(task.Id, CancellationToken.None))!.State, Is.EqualTo(TaskState.Succeeded));
        Assert.That(await _store.CountAsync(null, new TaskQuery(), CancellationToken.None), Is.EqualTo(2));
    }

    [Test]
    public async Task Several_processes_may_make_the_tables_at_once()
    {
        var stores = Enumerable.Range(0, 8).Select(_ => Open()).ToArray();
        await Task.WhenAll(stores.Select(s => s.SaveAsync([Finished()], CancellationToken.None)));
        Assert.That(await _database.QueryAsync($"SELECT count(*), max(version) FROM {_database.Versions}"), Is.EqualTo("1|1"));
        Assert.That(await _store.CountAsync(null, new TaskQuery(), CancellationToken.None), Is.EqualTo(8));
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Pages_neither_skip_nor_repeat_tasks_that_stopped_at_one_time(bool oldestFirst)
    {
        var tasks = Enumerable.Range(0, 250).Select(i => Finished(i / 100)).ToArray();
        await SaveAsync(tasks);
        var seen = new List<TaskId>();
        var query = new TaskQuery { Limit = 70, OldestFirst = oldestFirst };
        var pages = 0;
        do
        {
            var (page, next) = await _store.QueryAsync(true, query, CancellationToken.None);
            seen.AddRange(page.Select(t => t.Id));
            query = query with { After = next };
            pages++;
        }
        while (query.After is not null);
        var expected = tasks.OrderBy(t => t.Stopped).ThenBy(t => t.Id.ToString(), StringComparer.Ordinal).Select(t => t.Id);
        Assert.That(pages, Is.EqualTo(4));
        Assert.That(seen, Is.EqualTo(oldestFirst ? expected : expected.Reverse()));
    }

    [Test]
    public async Task Each_condition_of_a_query_selects()
    {
        var plain = Finished(1);
        var other = Finished(2, TaskState.Cancelled, "other", "g", "n", "mail") with { Cluster = "c2" };
        await SaveAsync(plain, other);
        foreach (var query in new[] { new TaskQuery { Func = "other" }, new() { Group = "g" }, new() { Name = "n" }, new() { Cluster = "c2" }, new() { Queue = "mail" }, new() { From = Noon.AddSeconds(2) } })
        {
            Assert.That(await QueryAsync(null, query), Is.EqualTo(new[] { other.Id }), query.ToString());
            Assert.That(await _store.CountAsync(true, query, CancellationToken.None), Is.Zero, query.ToString());
        }

        Assert.That(await QueryAsync(null, new TaskQuery { To = Noon.AddSeconds(2) }), Is.EqualTo(new[] { plain.Id }));
        Assert.That(await QueryAsync(false, new TaskQuery()), Is.EqualTo(new[] { other.Id }));
        Assert.That(await _store.DeleteAsync(false, new TaskQuery(), CancellationToken.None), Is.EqualTo(1));
        Assert.That(await _store.DeleteAsync(plain.Id, CancellationToken.None), Is.True);
        Assert.That(await _store.CountAsync(null, new TaskQuery(), CancellationToken.None), Is.Zero);
    }

    [Test]
    public async Task A_name_finds_the_task_that_stopped_last()
    {
        var tasks = new[] { Finished(3, name: "n"), Finished(9, name: "n"), Finished(6, name: "n"), Finished(12, name: "n", queue: "mail") };
        await SaveAsync(tasks);
        Assert.That((await _store.FindByNameAsync("n", "default", CancellationToken.None))!.Id, Is.EqualTo(tasks[1].Id));
        Assert.That(await _store.FindByNameAsync("m", "default", CancellationToken.None), Is.Null);
    }

    [Test]
    public async Task Retention_limits_number_and_age_of_each_outcome()
    {
        var now = DateTimeOffset.UtcNow;
        var successes = Enumerable.Range(0, 20).Select(i => Finished() with { Stopped = now.AddHours(-i) }).ToArray();
        var failures = Enumerable.Range(0, 20).Select(i => Finished(state: TaskState.Failed) with { Stopped = now.AddHours(-i) }).ToArray();
        await SaveAsync([.. successes, .. failures]);
        Assert.That(await _store.TrimAsync(new Retention(null, 5, TimeSpan.FromHours(9.5), null), CancellationToken.None), Is.True);
        Assert.That(await QueryAsync(true, new TaskQuery()), Is.EqualTo(successes.Take(5).Select(t => t.Id)));
        Assert.That(await QueryAsync(false, new TaskQuery()), Is.EqualTo(failures.Take(10).Select(t => t.Id)));
        await _store.TrimAsync(new Retention(null, 0, null, 50), CancellationToken.None);
        Assert.That((await QueryAsync(true, new TaskQuery()), await _store.CountAsync(false, new TaskQuery(), CancellationToken.None)), Is.EqualTo((Array.Empty<TaskId>(), 10)));
    }

    [Test]
    public async Task An_unavailable_database_is_an_error_until_it_returns()
    {
        await SaveAsync(Finished());
        await _database.MakeUnavailableAsync();
        try
        {
            Assert.That(async () => await SaveAsync(Finished()), Throws.InstanceOf<ResultStoreException>().With.Message.Contains(_database.Complaint).And.Message.Not.Contains("secret-of-the-test"));
        }
        finally
        {
            await _database.MakeAvailableAsync();
        }

        await SaveAsync(Finished());
        Assert.That(await _store.CountAsync(null, new TaskQuery(), CancellationToken.None), Is.EqualTo(2));
    }

    [Test]
    public async Task Retention_deletes_in_parts_until_its_limits_hold()
    {
        var now = DateTimeOffset.UtcNow;
        for (var part = 0; part < 12; part++)
            await SaveAsync([.. Enumerable.Range(0, 1000).Select(i => Finished() with { Stopped = now.AddSeconds(-(1000 * part) - i) })]);
        var retention = new Retention(null, 500, TimeSpan.FromSeconds(1500), null);
        Assert.That(await _store.TrimAsync(retention, CancellationToken.None), Is.False);
        Assert.That(await _store.CountAsync(true, new TaskQuery(), CancellationToken.None), Is.EqualTo(7000));
        await SaveAsync([.. Enumerable.Range(0, 10).Select(_ => Finished() with { Stopped = now.AddSeconds(1) })]);
        Assert.That(await _store.TrimAsync(retention, CancellationToken.None), Is.False);
        Assert.That(await _store.TrimAsync(retention, CancellationToken.None), Is.True);
        Assert.That(await _store.TrimAsync(retention, CancellationToken.None), Is.True);
        Assert.That(await _store.CountAsync(true, new TaskQuery(), CancellationToken.None), Is.EqualTo(500));
    }

    [Test]
    public async Task Deleting_by_query_goes_in_parts_too()
    {
        for (var part = 0; part < 6; part++)
            await SaveAsync([.. Enumerable.Range(0, 2000).Select(i => Finished(i, func: i == 0 ? "other" : "f"))]);
        Assert.That(await _store.DeleteAsync(null, new TaskQuery { Func = "f" }, CancellationToken.None), Is.EqualTo(6 * 1999));
        Assert.That(await _store.CountAsync(null, new TaskQuery(), CancellationToken.None), Is.EqualTo(6));
    }

    [Test]
    public async Task Text_with_NUL_does_not_prevent_saving()
    {
        var task = Finished(name: "a\0b");
        await SaveAsync(task, Finished());
        Assert.That((await _store.FindAsync(task.Id, CancellationToken.None))!.Name, Is.EqualTo("a\uFFFDb"));
        Assert.That((await _store.FindByNameAsync("a\0b", "default", CancellationToken.None))!.Id, Is.EqualTo(task.Id));
    }

    [Test]
    public void An_invalid_cursor_is_refused() =>
        Assert.That(async () => await _store.QueryAsync(null, new TaskQuery { After = "here" }, CancellationToken.None), Throws.InstanceOf<ArgumentException>().With.Message.Contains("here"));

    [Test]
    public async Task Removed_tables_are_created_again()
    {
        await SaveAsync(Finished());
        await _database.ClearAsync();
        Assert.That(async () => await SaveAsync(Finished()), Throws.InstanceOf<ResultStoreException>().With.Message.Contains("creates"));
        await SaveAsync(Finished());
        Assert.That(await _database.RowsAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Schema_of_a_later_version_is_refused_and_left_as_it_is()
    {
        await SaveAsync(Finished());
        await _database.QueryAsync($"INSERT INTO {_database.Versions} (version) VALUES (99)");
        await using var other = Open();
        Assert.That(async () => await other.SaveAsync([Finished()], CancellationToken.None), Throws.InstanceOf<ResultStoreException>().With.Message.Contains("99").And.Message.Contains("Update"));
        Assert.That(await _database.RowsAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task Batch_that_fails_in_the_middle_leaves_no_row()
    {
        Assert.That(async () => await SaveAsync(Finished(), Finished() with { Cluster = null! }), Throws.InstanceOf<ResultStoreException>());
        Assert.That(await _database.RowsAsync(), Is.Zero);
    }

    [Test]
    public async Task Filters_with_NUL_find_what_was_saved_with_it()
    {
        var task = Finished(func: "a\0b", group: "c\0d");
        await SaveAsync(task);
        Assert.That(await QueryAsync(true, new TaskQuery { Func = "a\0b", Group = "c\0d" }), Is.EqualTo(new[] { task.Id }));
    }

    [Test]
    public async Task Stores_write_while_others_read()
    {
        const int batches = 20;
        await SaveAsync(Finished());
        await using var second = Open();
        await using var reader = Open();
        var writing = Task.WhenAll(new[] { _store, second }.Select(store => Task.Run(async () =>
        {
            for (var i = 0; i < batches; i++)
                await store.SaveAsync([.. Enumerable.Range(0, 500).Select(s => Finished(s))], CancellationToken.None);
        })));
        long seen = 0;
        while (!writing.IsCompleted)
        {
            var rows = await reader.CountAsync(true, new TaskQuery(), CancellationToken.None);
            Assert.That(rows, Is.GreaterThanOrEqualTo(seen));
            Assert.That((rows - 1) % 500, Is.Zero, "a batch is there as a whole or not at all");
            seen = rows;
        }

        await writing;
        Assert.That(await reader.CountAsync(true, new TaskQuery(), CancellationToken.None), Is.EqualTo((2 * batches * 500) + 1));
    }
}
