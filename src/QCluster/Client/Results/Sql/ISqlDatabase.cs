using System.Data.Common;
using QCluster.Execution.Records;
using QCluster.Model.Errors;

namespace QCluster.Client.Results.Sql;

/// <summary>In what the databases of results differ. All SQL that they have in common is in <see cref="SqlResultStore"/>.</summary>
internal interface ISqlDatabase : IAsyncDisposable
{
    /// <summary>The database as errors show it, without a password.</summary>
    string Display { get; }

    /// <summary>Whether it is a file of this machine. What is wrong with one is found at start; a server may be available later.</summary>
    bool IsFile { get; }

    /// <summary>The table of tasks, qualified if need be.</summary>
    string Table { get; }

    /// <summary>The value of a parameter. Values are ordered as the identifiers' hexadecimal digits are.</summary>
    object ToValue(Guid id);

    /// <summary>The value of a parameter, to the microsecond.</summary>
    object ToValue(DateTimeOffset time);

    Guid ReadId(DbDataReader reader, int column);

    DateTimeOffset ReadTime(DbDataReader reader, int column);

    /// <summary>Creates the schema or brings it up to date, under a lock that all processes respect.</summary>
    /// <exception cref="NewerSchemaException">A later version of this program has made it.</exception>
    Task MigrateAsync(CancellationToken cancellationToken);

    /// <summary>Uses a connection. May call again when another process had locked the database: all uses can be repeated.</summary>
    /// <param name="changes">Whether rows are changed. They are all changed, or none is.</param>
    /// <param name="use">What to do with the connection.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<T> UseAsync<T>(bool changes, Func<DbConnection, Task<T>> use, CancellationToken cancellationToken);

    /// <summary>Inserts tasks in one call. A saved one stays unchanged.</summary>
    Task InsertAsync(DbConnection connection, IReadOnlyList<SavedTask> tasks, CancellationToken cancellationToken);

    /// <summary>What an error of the driver means; null for one that is not about the database.</summary>
    SqlProblem? Explain(Exception error);
}
