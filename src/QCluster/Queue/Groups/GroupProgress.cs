namespace QCluster.Queue.Groups;

/// <summary>How far a group is.</summary>
/// <param name="IsEnough">As many as were asked for are finished.</param>
/// <param name="IsKnown">Anything was ever enqueued for it.</param>
/// <param name="Finished">Finished members.</param>
/// <param name="Failed">Those of them that did not succeed.</param>
/// <param name="Enqueued">All members there are.</param>
/// <param name="IsOpen">More are being enqueued.</param>
/// <param name="Past">How many of the finished members are of earlier uses of the label: of them those are listed whose records are still there.</param>
internal readonly record struct GroupProgress(bool IsEnough, bool IsKnown, long Finished, long Failed, long Enqueued, bool IsOpen, int Past = 0)
{
    public bool IsComplete => IsKnown && !IsOpen && Finished >= Enqueued;
}
