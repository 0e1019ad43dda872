namespace QCluster.Functions;

/// <summary>Who waits for other tasks lends them his place meanwhile.</summary>
internal static class SlotLending
{
    public static async Task<T> AroundAsync<T>(TimeSpan wait, Func<Task<T>> call)
    {
        if (wait == TimeSpan.Zero || TaskContext.Current?.Slot is not { } slot)
            return await call().ConfigureAwait(false);
        slot.Lend();
        try
        {
            return await call().ConfigureAwait(false);
        }
        finally
        {
            await slot.TakeBackAsync().ConfigureAwait(false);
        }
    }
}
