namespace QCluster.BackgroundTasks.Workers;

internal static class RunSignal
{
    /// <summary>Releases a waiting thread, or the next one that waits. Several calls before that count as one.</summary>
    public static void Give(SemaphoreSlim signal)
    {
        try
        {
            signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is there already.
        }
    }
}
