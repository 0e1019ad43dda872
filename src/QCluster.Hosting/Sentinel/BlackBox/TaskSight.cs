using QCluster.Model.Errors;

namespace QCluster.Hosting.Sentinel.BlackBox;

/// <summary>
/// What the task was doing for whose sake a worker is about to be killed. One that awaits is on no thread: the worker says what it awaits. One that is
/// on a thread is seen there by the runtime, which answers even when nothing else in the process does.
/// </summary>
internal static class TaskSight
{
    private const string Frame = "   at ";
    private const int MaxCharacters = 8_000;
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(500);

    public static async Task<string> TakeAsync(ChildProcess child)
    {
        // The worker first: only it knows what a task awaits. If it does not answer in time, the process is killed all the same.
        var said = child.Culprit is { } culprit ? await child.LookAsync(culprit.Attempt, Limit).ConfigureAwait(false) : "";
        var end = said.IndexOf('\n', StringComparison.Ordinal);
        var (method, chain) = end < 0 ? ("", "") : (said[..end], said[(end + 1)..]);
        string[] methods = [method, .. chain.Split('\n').Where(l => l.StartsWith(Frame, StringComparison.Ordinal)).Select(l => l[Frame.Length..].Split('(')[0])];
        // Code that is being awaited may itself be on a thread, which then says more.
        var threads = await ManagedStacks.TakeAsync(child.Pid, methods, isAwaiting: chain.Length > 0).ConfigureAwait(false);
        // The runtime of a loaded machine may not answer in time; where the task began is known all the same.
        if (chain.Length == 0 && method.Length > 0 && threads.StartsWith('('))
            threads = $"   in {method}{Environment.NewLine}{threads}";
        return ExceptionText.Cut((chain + threads).TrimEnd(), MaxCharacters);
    }
}
