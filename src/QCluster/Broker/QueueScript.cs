namespace QCluster.Broker;

/// <summary>A script that a client may run on one queue. Each is safe to repeat. The numbers are on the local sockets of a cluster.</summary>
internal enum QueueScript
{
    GroupLook = 1,
    GroupOpen = 2,
    GroupMembers = 3,
    GroupDelete = 4,
    ChainLoad = 5,
    ChainStart = 6,
    ChainLook = 7,
    ChainCancel = 8,
    Records = 9,
    Saved = 10,
    NameLook = 11,
    Forget = 12,
    Save = 13,
}
