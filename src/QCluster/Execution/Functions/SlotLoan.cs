namespace QCluster.Execution.Functions;

/// <summary>Releases the slot of a task while it waits for other tasks.</summary>
internal static class SlotLoan
{
    public static async Task<T> DuringAsync<T>(TimeSpan wait, Func<Task<T>> call)
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
