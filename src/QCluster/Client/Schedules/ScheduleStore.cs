using System.Globalization;
using QCluster.Model;
using QCluster.Queue;

namespace QCluster.Client.Schedules;

/// <summary>The scripts about schedules, called.</summary>
internal sealed class ScheduleStore(IBroker broker)
{
    /// <summary>It stays due when it is.</summary>
    public const string KeepDue = "keep";

    /// <summary>It is never due again.</summary>
    public const string Over = "over";

    /// <summary>The schedules of these names, or all; and what time it is by the clock of Redis, which clusters go by.</summary>
    public async Task<(DateTimeOffset Now, IReadOnlyList<StoredSchedule> Found)> LookAsync(string queue, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var reply = await broker.RunAsync(new ScriptCall(QueueScript.ScheduleList, queue, KeySuffix.Schedules, [], [.. names.Select(ScriptCall.Text)]), cancellationToken).ConfigureAwait(false);
        var items = reply.Items.ToArray();
        var found = new List<StoredSchedule>();
        for (var i = 1; i + StoredSchedule.ItemCount <= items.Length; i += StoredSchedule.ItemCount)
            found.Add(StoredSchedule.Read(items.AsSpan(i, StoredSchedule.ItemCount)));
        return (DateTimeOffset.FromUnixTimeMilliseconds(items[0].Number), found);
    }

    /// <param name="queue">The queue.</param>
    /// <param name="name">The schedule's name.</param>
    /// <param name="definition">What it is to be.</param>
    /// <param name="due">When it is due next (Unix ms), <see cref="KeepDue"/> or <see cref="Over"/>.</param>
    /// <param name="seen">The definition that was seen; empty = there was none.</param>
    /// <param name="former">How it was doing in the queue that it comes from, or null.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when what is there is not what was seen.</returns>
    public async Task<bool> PutAsync(string queue, string name, byte[] definition, string due, byte[] seen, StoredSchedule? former, CancellationToken cancellationToken)
    {
        IReadOnlyList<byte[]> arguments = [ScriptCall.Text(name), definition, ScriptCall.Text(due), seen, .. StateOf(former).Select(ScriptCall.Text)];
        return (await broker.RunAsync(new ScriptCall(QueueScript.SchedulePut, queue, KeySuffix.Schedules, [], arguments), cancellationToken).ConfigureAwait(false)).Number == 1;
    }

    public Task<bool> RemoveAsync(string queue, string name, CancellationToken cancellationToken) => ChangeAsync(queue, name, "remove", "", "", cancellationToken);

    public Task<bool> PauseAsync(string queue, string name, CancellationToken cancellationToken) => ChangeAsync(queue, name, "pause", "", "", cancellationToken);

    /// <param name="queue">The queue.</param>
    /// <param name="name">The schedule's name.</param>
    /// <param name="due">When it is due next (Unix ms); empty = never again.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public Task<bool> ResumeAsync(string queue, string name, string due, CancellationToken cancellationToken) => ChangeAsync(queue, name, "resume", due, "", cancellationToken);

    /// <summary>Removes a schedule that is as it was seen.</summary>
    public Task<bool> DropAsync(string queue, StoredSchedule seen, CancellationToken cancellationToken) =>
        ChangeAsync(queue, seen.Name, "drop", seen.DueText, seen.Runs.ToString(CultureInfo.InvariantCulture), cancellationToken);

    /// <summary>For each function, whether a live cluster of the queue may run it.</summary>
    public async Task<IReadOnlyList<bool>> ServedAsync(string queue, IEnumerable<string> functions, CancellationToken cancellationToken)
    {
        var reply = await broker.RunAsync(new ScriptCall(QueueScript.Served, queue, KeySuffix.Heartbeats, [], [.. functions.Select(ScriptCall.Text)]), cancellationToken).ConfigureAwait(false);
        return [.. reply.Items.Select(item => item.Number == 1)];
    }

    /// <summary>The queues that have the schedules of periodic task classes; empty = none yet.</summary>
    /// <param name="claims">For each class its name; the queue it is to go to, empty = only look; the queue it is expected to be in.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<IReadOnlyList<string>> HomesAsync(IEnumerable<(string Name, string Wanted, string Expected)> claims, CancellationToken cancellationToken)
    {
        IReadOnlyList<byte[]> arguments = [.. claims.SelectMany(claim => new[] { claim.Name, claim.Wanted, claim.Expected }).Select(ScriptCall.Text)];
        var reply = await broker.RunAsync(new ScriptCall(QueueScript.PeriodicHome, TaskId.DefaultQueue, KeySuffix.PeriodicHomes, [], arguments), cancellationToken).ConfigureAwait(false);
        return [.. reply.Items.Select(item => item.Text)];
    }

    public Task<IReadOnlyList<string>> QueuesAsync(CancellationToken cancellationToken) => broker.QueuesAsync(cancellationToken);

    private async Task<bool> ChangeAsync(string queue, string name, string verb, string due, string runs, CancellationToken cancellationToken)
    {
        var call = new ScriptCall(QueueScript.ScheduleChange, queue, KeySuffix.Schedules, [], ScriptCall.Text(name), ScriptCall.Text(verb), ScriptCall.Text(due), ScriptCall.Text(runs));
        return (await broker.RunAsync(call, cancellationToken).ConfigureAwait(false)).Number == 1;
    }

    private static IEnumerable<string> StateOf(StoredSchedule? former)
    {
        if (former is null)
            return [];
        List<string> fields = ["runs", former.Runs.ToString(CultureInfo.InvariantCulture), "skipped", former.Skipped.ToString(CultureInfo.InvariantCulture)];
        if (former.LastText.Length > 0)
            fields.AddRange(["last", former.LastText]);
        if (former.IsPaused)
            fields.AddRange(["paused", "1"]);
        return fields;
    }
}
