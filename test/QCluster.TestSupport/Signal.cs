namespace QCluster.TestSupport;

/// <summary>POSIX signals, by their Linux numbers.</summary>
public enum Signal
{
    None = 0,
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
