using QCluster.Embedded.Serving;

namespace QCluster.Embedded.Storage;

/// <summary>For a server whose data end with it.</summary>
internal sealed class NoJournal(StorageFailure failure) : IJournal
{
    /// <summary>It is not known, so those that wait are looked at each round.</summary>
    public bool HasChanged => true;

    /// <summary>Values that are seldom used go to files even here.</summary>
    public void Commit() => failure.Throw();

    public void Checkpoint()
    {
        // There is nothing to begin again.
    }
}
