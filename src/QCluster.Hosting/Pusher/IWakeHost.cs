namespace QCluster.Hosting.Pusher;

/// <summary>What a <see cref="WakeWatch"/> needs of its pusher. Called on any thread.</summary>
internal interface IWakeHost
{
    /// <summary>Whether some worker takes such tasks now.</summary>
    bool HasRoom(WakeGroup group);

    /// <summary>A task waits for a worker to itself.</summary>
    void AskForProcess();

    /// <summary>Something may have changed: the pusher is to look.</summary>
    void Signal();

    /// <summary>Redis takes no wait for several queues at once.</summary>
    void Split(WakeWatch watch);
}
