namespace QCluster.Hosting.Gateway;

/// <summary>The kinds of calls that a task can make through the pusher. The numbers are on the local sockets only.</summary>
internal enum GatewayCall
{
    Enqueue = 1,
    Queues = 2,

    /// <summary>One of <see cref="GatewayScripts"/>.</summary>
    Script = 3,

    /// <summary>The same, with a wait.</summary>
    WaitScript = 4,
}
