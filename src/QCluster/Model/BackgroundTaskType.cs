namespace QCluster;

/// <summary>Where a background task runs. atasker's <c>tt</c>; its coroutines are asynchronous functions here, of either type.</summary>
public enum BackgroundTaskType
{
    /// <summary>In a slot of a worker process that it shares with others.</summary>
    Thread = 0,

    /// <summary>In a worker process that runs nothing else meanwhile: see <see cref="TaskOptions.Isolated"/>.</summary>
    Process = 1,
}
