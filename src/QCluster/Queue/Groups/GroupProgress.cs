namespace QCluster.Queue.Groups;

/// <summary>The progress of a group.</summary>
/// <param name="IsEnough">The needed number of members has finished.</param>
/// <param name="IsKnown">A member was enqueued at some time.</param>
/// <param name="Finished">Number of finished members.</param>
/// <param name="Failed">Number of those that did not succeed.</param>
/// <param name="Enqueued">Number of all members.</param>
/// <param name="IsOpen">More are being enqueued.</param>
/// <param name="Past">Number of finished members of earlier uses of the label: those with a remaining record are listed.</param>
internal readonly record struct GroupProgress(bool IsEnough, bool IsKnown, long Finished, long Failed, long Enqueued, bool IsOpen, int Past = 0)
{
    public bool IsComplete => IsKnown && !IsOpen && Finished >= Enqueued;
}
