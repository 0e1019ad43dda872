namespace QCluster;

/// <summary>
/// The records of finished tasks that were not cached: those in the database, or, without one, the last ones that Redis keeps
/// of one queue (<c>save_limit</c>).
/// </summary>
public interface IFinishedTasks
{
    /// <summary>Returns a page of records.</summary>
    /// <param name="query">The query. Null: the newest.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ResultStoreException">The database is unavailable.</exception>
    Task<TaskPage> Query(TaskQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>Returns all records that a query finds, page by page.</summary>
    /// <param name="query">The query. Null: all tasks. Its limit is the size of a page.</param>
    /// <param name="cancellationToken">Ends the enumeration.</param>
    IAsyncEnumerable<TaskRecord> All(TaskQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>Counts the matching tasks.</summary>
    /// <param name="query">The query. Null: all tasks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<long> Count(TaskQuery? query = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes all tasks that a query finds, without regard to its limit.</summary>
    /// <param name="query">The query. Null: all tasks.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The number of deleted tasks.</returns>
    Task<long> Delete(TaskQuery? query = null, CancellationToken cancellationToken = default);
}
