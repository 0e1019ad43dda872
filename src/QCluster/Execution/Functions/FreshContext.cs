namespace QCluster.Execution.Functions;

/// <summary>
/// What flows with the code of a task: values of <see cref="AsyncLocal{T}"/>, and with them culture, principal and current activity; the
/// synchronisation context. Each attempt begins with none of it, and leaves none behind.
/// </summary>
internal static class FreshContext
{
    private static readonly ExecutionContext Empty = Capture();

    /// <summary>
    /// From here on nothing flows in from whoever called, or from what ran on this thread before. An async method is given its caller's own again
    /// when it returns to it.
    /// </summary>
    public static void Enter()
    {
        SynchronizationContext.SetSynchronizationContext(null);
        ExecutionContext.Restore(Empty);
        // A thread of the pool gets its priority back only when it has nothing more to do.
        var thread = Thread.CurrentThread;
        if (thread.IsThreadPoolThread && thread.Priority != ThreadPriority.Normal)
            thread.Priority = ThreadPriority.Normal;
    }

    // A thread that is started so inherits nothing.
    private static ExecutionContext Capture()
    {
        ExecutionContext? empty = null;
        var thread = new Thread(() => empty = ExecutionContext.Capture()) { IsBackground = true };
        thread.UnsafeStart();
        thread.Join();
        return empty!;
    }
}
