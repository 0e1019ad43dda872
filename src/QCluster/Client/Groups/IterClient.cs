using MessagePack;
using QCluster.Client.Enqueueing;
using QCluster.Execution.Calls;
using QCluster.Execution.Functions;
using QCluster.Execution.Telemetry;
using QCluster.Model;
using QCluster.Queue.Groups;
using QCluster.Wire;
using QCluster.Client.Results;

namespace QCluster.Client.Groups;

/// <summary>
/// Groups that are read as one task, by an id: iterations, and chains. Their result is made from their members' when it is
/// read, so no end of a task has more work than another.
/// </summary>
internal sealed class IterClient(GroupClient groups, TaskStore store, EnqueueClient enqueueing, QClusterOptions settings, TimeProvider clock)
{
    /// <summary>The number of tasks of an iteration that are enqueued at a time.</summary>
    public const int Part = 1_000;

    /// <summary>Enqueues one task for each element of a stream.</summary>
    public Task<string> StartAsync(string func, IAsyncEnumerable<object?> argsList, TaskOptions? options, CancellationToken cancellationToken)
    {
        FunctionRules.CheckCalled(func, nameof(func));
        ArgumentNullException.ThrowIfNull(argsList);
        options ??= new TaskOptions();
        return EnqueueActivity.RunAsync(options.Queue ?? settings.Queue, func, _ => SendAsync(func, argsList, options, cancellationToken), isWhole: false);
    }

    /// <summary>Null when there is no such group.</summary>
    /// <exception cref="UnknownTaskException">The record of a member was not kept.</exception>
    public async Task<TaskRecord?> FetchAsync(TaskId id, TimeSpan wait, CancellationToken cancellationToken)
    {
        var progress = await WaitAsync(id, wait, cancellationToken).ConfigureAwait(false);
        if (!progress.IsKnown)
            return null;
        if (!progress.IsComplete)
            return new TaskRecord { Id = id.ToString(), State = progress.Finished > 0 ? TaskState.Running : TaskState.Queued, Queued = id.Created };
        var members = await groups.MembersAsync(LabelOf(id), id.Queue, cancellationToken).ConfigureAwait(false);
        var records = await groups.RecordsAsync(LabelOf(id), members, cancellationToken).ConfigureAwait(false);
        CheckAll(id, members, i => records[i] is null);
        return Collate(id, records!);
    }

    /// <summary>The typed values, for an array type or a list.</summary>
    /// <exception cref="TaskFailedException">A member did not succeed.</exception>
    /// <exception cref="UnknownTaskException">The record of a member was not kept.</exception>
    /// <exception cref="TimeoutException">The tasks have not all ended in time.</exception>
    public async Task<(bool IsKnown, T? Value)> ResultAsync<T>(TaskId id, TimeSpan wait, CancellationToken cancellationToken)
    {
        var progress = await WaitAsync(id, wait, cancellationToken).ConfigureAwait(false);
        if (!progress.IsKnown)
            return (false, default);
        if (!progress.IsComplete)
            throw new TimeoutException($"{progress.Finished} of {progress.Enqueued} tasks of {id} have finished within {wait.TotalSeconds:0.###} s.");
        var members = await groups.MembersAsync(LabelOf(id), id.Queue, cancellationToken).ConfigureAwait(false);
        var records = await groups.RawRecordsAsync(LabelOf(id), members, cancellationToken).ConfigureAwait(false);
        CheckAll(id, members, i => records[i].IsEmpty);
        using var buffer = new PooledBuffer();
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(records.Length);
        for (var i = 0; i < records.Length; i++)
            writer.WriteRaw(store.Decoder.RawValue(members[i].Id, records[i]).Span);
        writer.Flush();
        return (true, store.Decoder.Read<T>(buffer.WrittenMemory));
    }

    private async Task<string> SendAsync(string func, IAsyncEnumerable<object?> argsList, TaskOptions options, CancellationToken cancellationToken)
    {
        if (options.Group is not null || options.IgnoreResult || options.Save == false)
            throw new ArgumentException("The tasks of an iteration are a group of their own, and their results are needed: leave out Group, IgnoreResult and Save.", nameof(options));
        var id = TaskId.New(options.Queue ?? settings.Queue, clock);
        // Without a database all of them must be kept in Redis, or the first would expire before the last has ended.
        var keep = (options.Cached ?? settings.Cached).By(settings.ResultTtl) ?? (settings.Results is null ? settings.ResultTtl : null);
        options = options with { Group = LabelOf(id), Cached = keep is { } time ? time : Caching.Off };
        await groups.OpenAsync(options.Group, id.Queue, open: true, keep ?? settings.ResultTtl, cancellationToken).ConfigureAwait(false);
        var calls = new List<TaskCall>(Part);
        await foreach (var args in argsList.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var (positional, named) = ArgumentList.OfElement(args);
            calls.Add(new TaskCall(func) { Args = positional, Kwargs = named });
            if (calls.Count < Part)
                continue;
            await enqueueing.EnqueueBulkAsync(calls, options, cancellationToken).ConfigureAwait(false);
            calls.Clear();
        }

        await enqueueing.EnqueueBulkAsync(calls, options, cancellationToken).ConfigureAwait(false);
        await groups.OpenAsync(options.Group, id.Queue, open: false, keep ?? settings.ResultTtl, cancellationToken).ConfigureAwait(false);
        return id.ToString();
    }

    private static string LabelOf(TaskId id) => id.Value.ToString("N");

    /// <summary>An iteration's id is known only once its group exists: an unknown one is not waited for.</summary>
    private async Task<GroupProgress> WaitAsync(TaskId id, TimeSpan wait, CancellationToken cancellationToken)
    {
        var now = await groups.LookAsync(LabelOf(id), id.Queue, null, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        return wait == TimeSpan.Zero || !now.IsKnown || now.IsComplete ? now : await groups.LookAsync(LabelOf(id), id.Queue, null, wait, cancellationToken).ConfigureAwait(false);
    }

    private static void CheckAll(TaskId id, List<(TaskId Id, TaskState State)> members, Predicate<int> isMissing)
    {
        for (var i = 0; i < members.Count; i++)
        {
            if (isMissing(i))
                throw MissingRecord.Of($"the iteration {id}", "element", i + 1, members.Count, members[i].Id);
        }
    }

    private static TaskRecord Collate(TaskId id, TaskRecord[] members)
    {
        var failed = Array.Find(members, m => m.Success != true);
        return new TaskRecord
        {
            Id = id.ToString(),
            State = failed is null ? TaskState.Succeeded : TaskState.Failed,
            Func = members.FirstOrDefault()?.Func,
            Group = members.FirstOrDefault()?.Group,
            Args = [.. members.Select(m => m.Args.Count == 1 ? m.Args[0] : m.Args)],
            Result = members.Select(m => m.Result).ToArray(),
            Queued = id.Created,
            Started = members.Min(m => m.Started),
            Stopped = members.Max(m => m.Stopped) ?? id.Created,
            Attempt = 1,
            Error = failed?.Error,
        };
    }
}
