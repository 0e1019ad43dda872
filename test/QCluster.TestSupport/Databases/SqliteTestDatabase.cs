using System.Globalization;
using Microsoft.Data.Sqlite;

namespace QCluster.TestSupport.Databases;

/// <summary>A SQLite file in a folder of its own. It is unavailable while the test has it locked.</summary>
public sealed class SqliteTestDatabase : TestDatabase
{
    private SqliteConnection? _lock;

    public string Folder { get; } = Directory.CreateTempSubdirectory("qcluster-sqlite-").FullName;

    public string File => Path.Combine(Folder, "results.db");

    public override string Results => "sqlite:" + File;

    public override string Table => "qcluster_tasks";

    public override string Versions => "qcluster_schema_version";

    public override string Complaint => "is locked by another process";

    public override async Task<string> QueryAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync())
            lines.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        return string.Join('\n', lines);
    }

    public override Task ClearAsync()
    {
        foreach (var file in Directory.GetFiles(Folder))
            System.IO.File.Delete(file);
        return Task.CompletedTask;
    }

    public override async Task MakeUnavailableAsync()
    {
        _lock = await OpenAsync();
        await using var command = _lock.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        await command.ExecuteNonQueryAsync();
    }

    public override async Task MakeAvailableAsync()
    {
        if (_lock is { } held)
            await held.DisposeAsync();
        _lock = null;
    }

    protected override async Task<bool> HasTableAsync() =>
        System.IO.File.Exists(File) && await QueryAsync($"SELECT count(*) FROM sqlite_schema WHERE name = '{Table}'") == "1";

    private Task<SqliteConnection> OpenAsync() => new SqliteConnection($"Data Source={File};Mode=ReadWrite;Pooling=false").OpenedAsync();

    public override async ValueTask DisposeAsync()
    {
        await MakeAvailableAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
