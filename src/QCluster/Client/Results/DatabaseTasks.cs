using QCluster.Execution.Records;

namespace QCluster.Client.Results;

/// <summary>Successes, or failures, in a database.</summary>
internal sealed class DatabaseTasks(IResultStore store, RecordDecoder decoder, bool succeeded) : IFinishedTasks
{
    public async Task<TaskPage> Query(TaskQuery? query = null, CancellationToken cancellationToken = default)
    {
        var (tasks, next) = await store.QueryAsync(succeeded, query ?? new TaskQuery(), cancellationToken).ConfigureAwait(false);
        return new TaskPage([.. tasks.Select(t => decoder.DecodeListed(t.Id, t.Record, t.State))], next);
    }

    public IAsyncEnumerable<TaskRecord> All(TaskQuery? query = null, CancellationToken cancellationToken = default) => Pages.All(this, query, cancellationToken);

    public Task<long> Count(TaskQuery? query = null, CancellationToken cancellationToken = default) => store.CountAsync(succeeded, query ?? new TaskQuery(), cancellationToken);

    public Task<long> Delete(TaskQuery? query = null, CancellationToken cancellationToken = default) => store.DeleteAsync(succeeded, query ?? new TaskQuery(), cancellationToken);
}
