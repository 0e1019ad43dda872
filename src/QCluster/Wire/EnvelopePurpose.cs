namespace QCluster.Wire;

internal enum EnvelopePurpose
{
    Task = 0,
    Outcome = 1,
}
