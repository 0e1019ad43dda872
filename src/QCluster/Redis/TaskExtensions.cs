namespace QCluster.Redis;

internal static class TaskExtensions
{
    /// <summary>Marks the error of a task that is not awaited as observed.</summary>
    public static void ObserveFault(this Task task)
    {
        if (task.IsCompletedSuccessfully) return;
        _ = task.ContinueWith(
            static done => _ = done.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
