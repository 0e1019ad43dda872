namespace QCluster.Execution.Functions;

/// <summary>
/// The context that flows with the code of a task: values of <see cref="AsyncLocal{T}"/>, with them culture, principal and current activity, and the
/// synchronisation context. Each attempt starts without it, and leaves none behind.
/// </summary>
internal static class FreshContext
{
    private static readonly ExecutionContext Empty = Capture();

    /// <summary>
    /// From here on no context of the caller, or of code that ran on this thread before, is visible. An async method gets its caller's context again
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
