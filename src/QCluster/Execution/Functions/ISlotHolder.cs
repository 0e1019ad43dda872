namespace QCluster.Execution.Functions;

/// <summary>The place that a running task has in its worker.</summary>
internal interface ISlotHolder
{
    /// <summary>The task waits for another one, and needs no place until that is done. Each call is followed by one of <see cref="TakeBackAsync"/>.</summary>
    void Lend();

    /// <summary>The task has waited for long enough: done once it has a place again.</summary>
    Task TakeBackAsync();
}
