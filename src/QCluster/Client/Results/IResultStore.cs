using QCluster.Execution.Records;
using QCluster.Model;

namespace QCluster.Client.Results;

/// <summary>
/// A database for finished tasks. Every member throws <see cref="ResultStoreException"/> if the database fails, and is
/// safe to repeat.
/// </summary>
internal interface IResultStore : IAsyncDisposable
{
    /// <summary>Creates or migrates the schema. Several processes may do so at once.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Saves tasks in one call. A saved one stays unchanged.</summary>
    Task SaveAsync(IReadOnlyList<SavedTask> tasks, CancellationToken cancellationToken);

    Task<SavedTask?> FindAsync(TaskId id, CancellationToken cancellationToken);

    /// <summary>The one of this name that stopped last.</summary>
    Task<SavedTask?> FindByNameAsync(string name, string queue, CancellationToken cancellationToken);

    /// <summary>A page of tasks: succeeded ones, or failed and cancelled ones, or all.</summary>
    Task<(IReadOnlyList<SavedTask> Tasks, string? Next)> QueryAsync(bool? succeeded, TaskQuery query, CancellationToken cancellationToken);

    /// <summary>Counts the matching tasks; <see cref="TaskQuery.Limit"/> and <see cref="TaskQuery.After"/> are ignored.</summary>
    Task<long> CountAsync(bool? succeeded, TaskQuery query, CancellationToken cancellationToken);

    /// <summary>Deletes all tasks that a query finds, without regard to its limit, and returns their number.</summary>
    Task<long> DeleteAsync(bool? succeeded, TaskQuery query, CancellationToken cancellationToken);

    Task<bool> DeleteAsync(TaskId id, CancellationToken cancellationToken);

    /// <summary>Deletes tasks beyond the retention, a bounded number at a time. False if there are more.</summary>
    Task<bool> TrimAsync(Retention retention, CancellationToken cancellationToken);
}
