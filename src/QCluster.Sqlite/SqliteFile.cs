using Microsoft.Data.Sqlite;

namespace QCluster.Sqlite;

/// <summary>Opens connections to a file. The driver keeps idle ones; these are shared by all stores of the process.</summary>
internal sealed class SqliteFile(string path)
{
    /// <summary>For how long a statement waits for another process, in seconds.</summary>
    private const int LockTimeout = 1;

    /// <summary>
    /// SQLite itself waits for a lock, in small steps; the driver would look every 150 ms. Every commit is on the disk when it returns:
    /// what the database has, Redis soon forgets. The log shrinks to the limit when it has been copied into the file.
    /// </summary>
    private static readonly string Setup = $"PRAGMA busy_timeout = {LockTimeout * 1000}; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216;";

    public string Path => path;

    /// <exception cref="FileNotFoundException">The file has been removed; open connections would write where nobody reads.</exception>
    public SqliteConnection Open()
    {
        if (File.Exists(path))
            return Open(SqliteOpenMode.ReadWrite);
        CloseIdle();
        throw new FileNotFoundException("The file does not exist.", path);
    }

    public SqliteConnection OpenOrCreate() => Open(SqliteOpenMode.ReadWriteCreate);

    /// <summary>Readers and one writer at the same time. It stays so in the file.</summary>
    public static void UseLog(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        if (command.ExecuteScalar() is not "wal")
            throw new NotSupportedException("The file system has no shared memory for the write-ahead log.");
    }

    public void CloseIdle()
    {
        foreach (var mode in new[] { SqliteOpenMode.ReadWrite, SqliteOpenMode.ReadWriteCreate })
        {
            using var connection = new SqliteConnection(Text(mode));
            SqliteConnection.ClearPool(connection);
        }
    }

    private SqliteConnection Open(SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(Text(mode));
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = Setup;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private string Text(SqliteOpenMode mode) => new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, DefaultTimeout = LockTimeout }.ConnectionString;
}
