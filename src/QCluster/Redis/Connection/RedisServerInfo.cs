using System.Net;

namespace QCluster.Redis;

/// <summary>What a server said of itself when it was asked.</summary>
/// <param name="Endpoint">As the user wrote it, or as the sentinels said.</param>
/// <param name="Address">The address that answered.</param>
/// <param name="Version">The server's version.</param>
/// <param name="IsReplica">It takes no writes.</param>
/// <param name="IsCluster">It is a node of a Redis Cluster.</param>
internal sealed record RedisServerInfo(RedisEndpoint Endpoint, IPEndPoint Address, Version Version, bool IsReplica, bool IsCluster);
