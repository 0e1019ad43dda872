namespace QCluster.Hosting.Gateway;

/// <summary>The client calls that a task can make through the pusher. The numbers are on the local sockets only.</summary>
internal enum GatewayCall
{
    Enqueue = 1,
    Lookup = 2,
    Wait = 3,
    Cancel = 4,
    Sizes = 5,
    Queues = 6,
    Script = 7,
    WaitScript = 8,
}
