namespace QCluster.BackgroundTasks.Workers;

internal static class RunSignal
{
    /// <summary>Gives what somebody waits for, or will; given twice it is there once.</summary>
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
