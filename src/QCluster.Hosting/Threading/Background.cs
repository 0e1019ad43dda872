namespace QCluster.Hosting.Threading;

/// <summary>Work that nobody awaits must not end unseen: a process in which it fails is of no use, and its sentinel replaces it.</summary>
internal static class Background
{
    public static void Watch(Task work)
    {
        _ = work.ContinueWith(
            static failed =>
            {
                Console.Error.WriteLine($"Critical: {failed.Exception!.InnerException}".ReplaceLineEndings(" | "));
                Environment.Exit(70);
            },
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
