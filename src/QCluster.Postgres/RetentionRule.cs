namespace QCluster.Postgres;

/// <summary>
/// Deletes the oldest rows of one outcome, one part per call. The row at which the surplus begins is searched once, not for each part:
/// that reads all remaining rows, and concurrent inserts only enlarge the surplus.
/// </summary>
internal sealed class RetentionRule(string state)
{
    private (DateTime Stopped, Guid Id)? _surplus;

    /// <summary>False when there is more to delete.</summary>
    public async Task<bool> TrimAsync(PostgresResultStore store, TimeSpan? age, long? count, CancellationToken cancellationToken)
    {
        if (_surplus is null && count is { } most && await store.FirstAsync($" WHERE {state}", most, cancellationToken).ConfigureAwait(false) is { } row)
            _surplus = (row.Stopped, row.Id);
        // Both rules cut at a point in time: the later one is the one that counts.
        (DateTime Stopped, Guid Id)? until = age is { } oldest ? (DateTime.UtcNow - oldest, Guid.Empty) : null;
        if (_surplus is { } surplus && (until is null || surplus.Stopped >= until.Value.Stopped))
            until = surplus;
        var all = until is not { } last
            || await store.DeletePartAsync($" WHERE {state} AND (stopped, id) <= (@Stopped, @Id)", new { last.Stopped, last.Id }, cancellationToken).ConfigureAwait(false) < PostgresResultStore.DeletePart;
        if (all)
            _surplus = null;
        return all;
    }
}
