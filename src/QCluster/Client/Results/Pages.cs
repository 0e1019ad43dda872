using System.Runtime.CompilerServices;

namespace QCluster.Client.Results;

/// <summary>Page after page of a query.</summary>
internal static class Pages
{
    public static async IAsyncEnumerable<TaskRecord> All(IFinishedTasks tasks, TaskQuery? query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        query ??= new TaskQuery();
        do
        {
            var page = await tasks.Query(query, cancellationToken).ConfigureAwait(false);
            foreach (var task in page.Tasks)
                yield return task;
            query = query with { After = page.Next };
        }
        while (query.After is not null);
    }
}
