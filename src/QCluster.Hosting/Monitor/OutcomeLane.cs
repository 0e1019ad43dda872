using QCluster.Hosting.Channels;
using QCluster.Queue;

namespace QCluster.Hosting.Monitor;

/// <summary>Outcomes that gather while those before them are on their way. Used under its owner's lock.</summary>
internal sealed class OutcomeLane
{
    private List<OutcomeBatch> _gathered = [];

    /// <summary>Batches are on their way.</summary>
    public bool IsBusy { get; private set; }

    public void Gather(FrameConnection connection, byte queue, AckItem item)
    {
        foreach (var batch in _gathered)
        {
            if (batch.Connection == connection && batch.Queue == queue && batch.TryAdd(item))
                return;
        }

        _gathered.Add(new OutcomeBatch(connection, queue, item));
    }

    /// <summary>What has gathered, to be sent now; null when nothing has.</summary>
    public List<OutcomeBatch>? TakeOrRest()
    {
        IsBusy = _gathered.Count > 0;
        if (!IsBusy)
            return null;
        var taken = _gathered;
        _gathered = [];
        return taken;
    }
}
