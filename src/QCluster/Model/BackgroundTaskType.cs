namespace QCluster;

/// <summary>The place where a background task runs, as <c>tt</c> in atasker. Its coroutines are asynchronous functions here, of either type.</summary>
public enum BackgroundTaskType
{
    /// <summary>In a slot of a shared worker process.</summary>
    Thread = 0,

    /// <summary>In a worker process of its own: see <see cref="TaskOptions.Isolated"/>.</summary>
    Process = 1,
}
