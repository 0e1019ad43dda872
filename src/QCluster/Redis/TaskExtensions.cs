namespace QCluster.Redis;

internal static class TaskExtensions
{
    /// <summary>Nobody awaits this task any more: its error, if one comes, is not to surface as an unobserved one.</summary>
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
