using QCluster.Hosting.Channels;
using QCluster.Queue;

namespace QCluster.Hosting.Monitor;

/// <summary>Outcomes of one connection and one queue that are acknowledged in one call.</summary>
internal sealed class OutcomeBatch
{
    private const int MaxCount = 250;
    private const int MaxBytes = 4 << 20;

    private int _bytes;

    public OutcomeBatch(FrameConnection connection, byte queue, AckItem first)
    {
        Connection = connection;
        Queue = queue;
        TryAdd(first);
    }

    public FrameConnection Connection { get; }

    /// <summary>The incarnation that the worker sent when it connected.</summary>
    public string Incarnation => (string)Connection.Tag!;

    public byte Queue { get; }

    public List<AckItem> Items { get; } = [];

    /// <summary>False when it is full.</summary>
    public bool TryAdd(AckItem item)
    {
        if (Items.Count == MaxCount || _bytes >= MaxBytes)
            return false;
        Items.Add(item);
        _bytes += item.Outcome.Length;
        return true;
    }
}
