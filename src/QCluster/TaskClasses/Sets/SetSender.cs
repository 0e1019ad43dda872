using QCluster.Client.Groups;
using QCluster.Execution.Telemetry;
using QCluster.Model;

namespace QCluster.TaskClasses.Sets;

/// <summary>Enqueues sets: a separate group, open until the last task is enqueued, and its callback.</summary>
internal sealed class SetSender(QClusterClient client)
{
    public Task<TaskSetResult> SendAsync(TaskSet set, CancellationToken cancellationToken) =>
        EnqueueActivity.RunAsync(set.TaskOptions.Queue ?? client.Options.Queue, set.TaskName, _ => EnqueueAsync(set, cancellationToken), isWhole: false);

    private async Task<TaskSetResult> EnqueueAsync(TaskSet set, CancellationToken cancellationToken)
    {
        var options = set.TaskOptions;
        if (options.Group is not null || options.IgnoreResult || options.Save == false || options.Immediate || options.Cached is { IsOn: false })
            throw new ArgumentException("The tasks of a set are a group of their own, and their results are needed: leave out Group, IgnoreResult, Save, Immediate and Cached = false.", nameof(set));
        var queue = options.Queue ?? client.Options.Queue;
        var id = TaskId.New(queue, client.Clock);
        var label = id.Value.ToString("N");
        var keep = options.Cached?.By(client.Options.ResultTtl) ?? client.Options.ResultTtl;
        options = options with { Group = label, Cached = keep };
        byte[]? callback = null;
        TaskId? callbackId = null;
        if (set.Callback is { } call)
        {
            var how = set.CallbackOptions ?? new TaskOptions();
            if (how.Queue is not null && how.Queue != queue)
                throw new ArgumentException($"The callback of a set runs in the queue of its tasks, '{queue}', not in '{how.Queue}'.", nameof(set));
            how.Validate();
            callbackId = TaskId.New(queue, client.Clock);
            callback = [(byte)how.Lane.Letter, .. client.Composer.ComposeCallback(callbackId.Value, call, how, label)];
        }

        await client.Groups.OpenAsync(label, queue, open: true, keep, cancellationToken, callback).ConfigureAwait(false);
        var ids = new List<string>(set.Total);
        foreach (var part in set.Arguments.Chunk(IterClient.Part))
            ids.AddRange(await client.AsyncBulk(part.Select(a => new TaskCall(set.TaskName) { Args = a.Args, Kwargs = a.Kwargs }), options, cancellationToken).ConfigureAwait(false));
        await client.Groups.OpenAsync(label, queue, open: false, keep, cancellationToken).ConfigureAwait(false);
        return new TaskSetResult(id.ToString(), ids, callbackId is null ? null : new AsyncResult(callbackId.Value.ToString(), client), client);
    }
}
