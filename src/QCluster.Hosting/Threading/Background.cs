namespace QCluster.Hosting.Threading;

/// <summary>Runs work that is not awaited. A failure ends the process, since it is of no further use; its sentinel replaces it.</summary>
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
