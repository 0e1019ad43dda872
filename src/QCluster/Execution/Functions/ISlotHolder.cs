namespace QCluster.Execution.Functions;

/// <summary>The slot of a running task in its worker.</summary>
internal interface ISlotHolder
{
    /// <summary>Releases the slot while the task waits for another one. Each call is followed by one of <see cref="TakeBackAsync"/>.</summary>
    void Lend();

    /// <summary>Completes once the task has a slot again.</summary>
    Task TakeBackAsync();
}
