namespace QCluster.TestSupport;

/// <summary>What a <see cref="FaultProxy"/> does with a command it is waiting for.</summary>
public enum Fault
{
    /// <summary>The server runs it; the reply is swallowed and both sides are closed.</summary>
    CutReply = 0,

    /// <summary>The server never gets it; both sides are closed.</summary>
    CutRequest = 1,
}
