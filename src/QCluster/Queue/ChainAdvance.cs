namespace QCluster.Queue;

/// <summary>The end of a chain's step, on its way from the step's queue to the chain's.</summary>
internal sealed record ChainAdvance(byte[] Chain, int Step, string State, byte[] Task, string Queue, double KeepMilliseconds, byte[] Record);
