using QCluster.Client.Groups;
using QCluster.Queue;

namespace QCluster.Client.Results;

/// <summary>Values and records of tasks, and of iterations and chains, which are read like one task.</summary>
internal sealed class ResultClient(ClientScripts scripts, TaskStore store, IterClient iters)
{
    public async Task<T> ResultAsync<T>(string idOrName, TimeSpan? wait, CancellationToken cancellationToken)
    {
        var task = await store.ResolveAsync(idOrName, cancellationToken).ConfigureAwait(false) ?? throw new UnknownTaskException(idOrName);
        var limit = wait ?? Timeout.InfiniteTimeSpan;
        var lookup = await store.WaitAsync(task, limit, cancellationToken).ConfigureAwait(false);
        if (lookup.Place == TaskPlace.Unknown)
        {
            var found = await iters.ResultAsync<T>(task, limit, cancellationToken).ConfigureAwait(false);
            return found.IsKnown ? found.Value! : throw new UnknownTaskException(idOrName);
        }

        if (lookup.Place != TaskPlace.Finished)
            throw new TimeoutException($"The task {idOrName} has not finished within {limit.TotalSeconds:0.###} s.");
        if (lookup.Record.IsEmpty)
            throw new UnknownTaskException(idOrName, $"The task {idOrName} has succeeded, but its result was not kept (IgnoreResult, or Save = false). Enqueue it without these to read its value.");
        return store.Decoder.Value<T>(task, lookup.Record);
    }

    public async Task<TaskRecord?> FetchAsync(string idOrName, TimeSpan? wait, CancellationToken cancellationToken)
    {
        if (await store.ResolveAsync(idOrName, cancellationToken).ConfigureAwait(false) is not { } task)
            return null;
        var limit = wait ?? TimeSpan.Zero;
        var lookup = await store.WaitAsync(task, limit, cancellationToken).ConfigureAwait(false);
        if (lookup.Place == TaskPlace.Unfinished)
            lookup = await scripts.Tasks.LookupAsync(task, cancellationToken).ConfigureAwait(false);
        return lookup.Place == TaskPlace.Unknown
            ? await iters.FetchAsync(task, limit, cancellationToken).ConfigureAwait(false)
            : store.Decoder.Decode(task, lookup);
    }

    /// <summary>False when there was none.</summary>
    public async Task<bool> DeleteAsync(string idOrName, CancellationToken cancellationToken) =>
        await store.ResolveAsync(idOrName, cancellationToken).ConfigureAwait(false) is { } task && await scripts.Tasks.ForgetAsync(task, cancellationToken).ConfigureAwait(false);

    /// <summary>The finished tasks in the database, or without one the last ones in Redis.</summary>
    public IFinishedTasks Finished(bool succeeded, string ownQueue) => store.Database is { } database
        ? new DatabaseTasks(database, store.Decoder, succeeded)
        : new RedisTasks(scripts, store, ownQueue, succeeded);
}
