namespace QCluster;

/// <summary>A periodic task class that can be called too: <c>MyTask.Delay()</c>.</summary>
/// <typeparam name="TSelf">The class itself.</typeparam>
public abstract class PeriodicTask<TSelf> : PeriodicTask
    where TSelf : PeriodicTask<TSelf>
{
#pragma warning disable CA1000 // That it is called on the class is what it is for.
    /// <summary>Enqueues a run besides its slots.</summary>
    /// <param name="args">The arguments of <c>Run</c>.</param>
    public static Task<AsyncResult> Delay(params object?[] args) => DefaultClient.Instance.Delay<TSelf>(args);
#pragma warning restore CA1000
}
