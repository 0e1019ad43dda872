using System.Net;
using System.Net.Sockets;
using QCluster.Execution.Records;
using QCluster.Model;
using QCluster.Postgres;
using QCluster.Client.Results;
using QCluster.TestSupport;

namespace QCluster.IntegrationTests.Results;

/// <summary>Finished tasks in a real PostgreSQL server.</summary>
[NonParallelizable]
internal sealed class PostgresResultStoreTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private PostgresServer _server = null!;
    private PostgresResultStore _store = null!;

    [OneTimeSetUp]
    public async Task StartServer() => _server = await PostgresServer.StartAsync();

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [SetUp]
    public async Task OpenStore()
    {
        await _server.QueryAsync("DROP SCHEMA IF EXISTS qcluster CASCADE");
        _store = new PostgresResultStore(_server.Connection);
    }

    [TearDown]
    public async Task CloseStore() => await _store.DisposeAsync();

    private static SavedTask Finished(int second = 0, TaskState state = TaskState.Succeeded, string func = "f", string? group = null, string? name = null, string queue = "default") => new()
    {
        Id = TaskId.New(queue, TimeProvider.System),
        State = state,
        Func = func,
        Group = group,
        Name = name,
        Cluster = "c1",
        Started = Noon,
        Stopped = Noon.AddSeconds(second),
        Record = [1, 2, 3],
    };

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
        var stores = Enumerable.Range(0, 8).Select(_ => new PostgresResultStore(_server.Connection)).ToArray();
        await Task.WhenAll(stores.Select(s => s.SaveAsync([Finished()], CancellationToken.None)));
        Assert.That(await _server.QueryAsync("SELECT count(*), max(version) FROM qcluster.schema_version"), Is.EqualTo("1|1"));
        Assert.That(await _store.CountAsync(null, new TaskQuery(), CancellationToken.None), Is.EqualTo(8));
        foreach (var store in stores)
            await store.DisposeAsync();
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Pages_neither_skip_nor_repeat_tasks_that_stopped_at_the_same_time(bool oldestFirst)
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
    public async Task An_unavailable_server_is_an_error_until_it_returns()
    {
        await SaveAsync(Finished());
        await _server.StopAsync();
        try
        {
            Assert.That(async () => await SaveAsync(Finished()), Throws.InstanceOf<ResultStoreException>().With.Message.Contains($"{_server.Port}").And.Message.Not.Contains("secret-of-the-test"));
        }
        finally
        {
            await _server.StartAgainAsync();
        }

        await SaveAsync(Finished());
        Assert.That(await _store.CountAsync(null, new TaskQuery(), CancellationToken.None), Is.EqualTo(2));
    }

    [Test]
    public async Task A_wrong_password_is_reported_and_not_shown()
    {
        await using var store = new PostgresResultStore(_server.Connection.Replace("secret-of-the-test", "geheim", StringComparison.Ordinal));
        Assert.That(async () => await store.SaveAsync([Finished()], CancellationToken.None), Throws.InstanceOf<ResultStoreException>().With.Message.Contains("password").And.Message.Not.Contains("geheim"));
    }

    [Test]
    public async Task Concurrent_calls_to_a_silent_server_share_one_timeout()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        await using var store = new PostgresResultStore($"postgres://u:p@127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}/db?connect_timeout=1");
        var calls = Enumerable.Range(0, 20).Select(_ => store.FindAsync(Finished().Id, CancellationToken.None)).ToArray();
        await Task.WhenAny(Task.WhenAll(calls), Task.Delay(TimeSpan.FromSeconds(8)));
        Assert.That(calls.Count(c => c.IsFaulted && c.Exception.InnerException is ResultStoreException), Is.EqualTo(calls.Length));
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
    public async Task Text_that_PostgreSQL_cannot_hold_does_not_prevent_saving()
    {
        var task = Finished(name: "a\0b");
        await SaveAsync(task, Finished());
        Assert.That((await _store.FindAsync(task.Id, CancellationToken.None))!.Name, Is.EqualTo("a\uFFFDb"));
        Assert.That((await _store.FindByNameAsync("a\0b", "default", CancellationToken.None))!.Id, Is.EqualTo(task.Id));
    }

    [TestCase("postgres://")]
    [TestCase("postgres://user:geheim@:5432:x/db")]
    [TestCase("postgres://user:geheim@host/db?nonsense=1")]
    [TestCase("Host=")]
    [TestCase("Host=h;Nonsense=geheim")]
    public void An_invalid_connection_string_names_the_setting_but_no_password(string text) =>
        Assert.That(() => ConnectionString.Parse(text), Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("results").And.Message.Contains("write").And.Message.Not.Contains("geheim"));

    [Test]
    public void A_URI_is_read_with_its_escapes()
    {
        var builder = ConnectionString.Parse("postgresql://us%40er:p%2Fw@db.example:6543/my%20db?sslmode=require");
        Assert.That((builder.Host, builder.Port, builder.Database, builder.Username, builder.Password, builder.SslMode), Is.EqualTo(("db.example", 6543, "my db", "us@er", "p/w", Npgsql.SslMode.Require)));
    }

    [Test]
    public void Values_of_a_URI_keep_their_dashes_and_libpq_names_are_known()
    {
        var builder = ConnectionString.Parse("postgres://u:p@h/db?application_name=my-app&sslmode=verify-full&sslrootcert=/etc/my-ca.pem&connect_timeout=3");
        Assert.That((builder.ApplicationName, builder.SslMode, builder.RootCertificate, builder.Timeout), Is.EqualTo(("my-app", Npgsql.SslMode.VerifyFull, "/etc/my-ca.pem", 3)));
    }

    [TestCase("Host=h;Timeout=0;Command Timeout=0", 5, 30)]
    [TestCase("Host=h;Timeout=2;Command Timeout=7", 2, 7)]
    [TestCase("Host=h;Timeout=900;Command Timeout=900", 5, 30)]
    public void Connections_and_commands_have_timeouts(string text, int connect, int command)
    {
        var builder = ConnectionString.Parse(text);
        Assert.That((builder.Timeout, builder.CommandTimeout), Is.EqualTo((connect, command)));
    }

    [Test]
    public void A_password_may_look_like_a_URI() => Assert.That(ConnectionString.Parse("Host=h;Password=a://b").Password, Is.EqualTo("a://b"));

    [Test]
    public void An_invalid_cursor_is_refused() =>
        Assert.That(async () => await _store.QueryAsync(null, new TaskQuery { After = "here" }, CancellationToken.None), Throws.InstanceOf<ArgumentException>().With.Message.Contains("here"));
}
