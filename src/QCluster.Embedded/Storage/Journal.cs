using Garnet.server;
using QCluster.Embedded.Serving;

namespace QCluster.Embedded.Storage;

/// <summary>Garnet's append-only file, committed between requests only: so a script is recovered whole or not at all.</summary>
internal sealed class Journal(StoreWrapper store, SegmentDevices devices, StorageFailure failure, bool flushesAlways, long checkpointBytes) : IJournal
{
    private long _committed = store.TailAddress[0];

    public bool HasChanged => store.TailAddress[0] != _committed;

    public void Commit()
    {
        if (HasChanged)
        {
            // The record of the commit itself moves the tail.
            try
            {
                store.appendOnlyFile.Log.Commit(spinWait: true, null);
            }
            catch (Exception) when (failure.Problem is not null)
            {
                // The store's exception says less.
                failure.Throw();
            }

            _committed = store.TailAddress[0];
            if (flushesAlways)
                devices.FlushJournal();
        }

        failure.Throw();
        if (_committed - store.BeginAddress[0] > checkpointBytes)
            Checkpoint();
    }

    public void Checkpoint()
    {
        // The one thread of all requests waits for it: nothing may change meanwhile.
        store.TakeCheckpointAsync(background: false).GetAwaiter().GetResult();
        _committed = store.TailAddress[0];
        failure.Throw();
    }
}
