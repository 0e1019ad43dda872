namespace QCluster.Redis;

/// <summary>The owner of a link, which the link notifies of its troubles.</summary>
internal interface IRedisLinkHost
{
    /// <summary>The link is of no use any more. Calls on it may still have their replies for as long as the grace.</summary>
    void Retire(RedisLink link, string reason, TimeSpan grace);

    /// <summary>A node of a Redis Cluster is in trouble and the others are not: the link stays in use until another one is there.</summary>
    void Refresh(RedisLink link, string reason);
}
