namespace QCluster.Client.Results.Sql;

/// <summary>
/// Deletes the oldest rows of one outcome, one part per call. The row at which the surplus begins is searched once, not for each part:
/// that reads all remaining rows, and concurrent inserts only enlarge the surplus.
/// </summary>
internal sealed class RetentionRule(bool succeeded, TimeProvider time)
{
    private static readonly TaskQuery All = new();
    private PageEnd? _surplus;

    /// <summary>False when there is more to delete.</summary>
    public async Task<bool> TrimAsync(SqlResultStore store, TimeSpan? age, long? count, CancellationToken cancellationToken)
    {
        if (_surplus is null && count is { } most)
            _surplus = await store.EndAsync(store.Filter(succeeded, All), most, cancellationToken).ConfigureAwait(false);
        // Both rules cut at a point in time: the later one is the one that counts.
        PageEnd? until = age is { } oldest ? new PageEnd(time.GetUtcNow() - oldest, Guid.Empty) : null;
        if (_surplus is { } surplus && (until is null || surplus.Stopped >= until.Value.Stopped))
            until = surplus;
        var all = until is not { } last || await DeleteAsync(store, last, cancellationToken).ConfigureAwait(false) < SqlResultStore.DeletePart;
        if (all)
            _surplus = null;
        return all;
    }

    private Task<int> DeleteAsync(SqlResultStore store, PageEnd until, CancellationToken cancellationToken)
    {
        var filter = store.Filter(succeeded, All);
        filter.AddEnd("<=", until);
        return store.DeletePartAsync(filter, cancellationToken);
    }
}
