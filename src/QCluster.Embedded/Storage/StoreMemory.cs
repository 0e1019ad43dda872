using Garnet.server;
using QCluster.Embedded.Serving;

namespace QCluster.Embedded.Storage;

/// <summary>What the lists, hashes and sets take. Plain values that are seldom used go to disk instead.</summary>
internal sealed class StoreMemory(StoreWrapper store, long limit) : IMemory
{
    public long Limit { get; set; } = limit;

    public long Used => store.store.Log.HeapSizeBytes;

    public bool IsFull() => Limit > 0 && Used > Limit;
}
