using System.Globalization;

namespace QCluster.Redis;

/// <summary>The state of a server that decides whether it keeps what it has accepted.</summary>
/// <param name="Role">The role in the server's words: <c>master</c>, <c>slave</c>, or another.</param>
/// <param name="UsedBytes">The memory that counts against its limit.</param>
/// <param name="MaxBytes">Its limit, <c>maxmemory</c>; 0 = no limit.</param>
/// <param name="Policy">Its <c>maxmemory-policy</c>; empty if unknown.</param>
internal sealed record RedisServerState(string Role, long UsedBytes, long MaxBytes, string Policy)
{
    private const string NoEviction = "noeviction";

    /// <summary>True if the server drops keys when it runs out of memory.</summary>
    public bool Evicts => MaxBytes > 0 && Policy.Length > 0 && Policy != NoEviction;

    /// <summary>True if the server refuses writes now.</summary>
    public bool IsFull => MaxBytes > 0 && !Evicts && UsedBytes >= MaxBytes;

    /// <summary>True if the server will soon be full.</summary>
    public bool IsNearlyFull => MaxBytes > 0 && !Evicts && UsedBytes >= MaxBytes * 0.95;

    /// <summary>The used memory, in words.</summary>
    public string Usage => MaxBytes > 0 ? $"{Megabytes(UsedBytes)} of {Megabytes(MaxBytes)} MB in use" : $"{Megabytes(UsedBytes)} MB in use, no limit";

    /// <summary>The data that its eviction policy can lose, in a sentence; null if none.</summary>
    public string? Loss => !Evicts ? null
        : Policy.StartsWith("volatile-", StringComparison.Ordinal)
            ? $"maxmemory-policy is {Policy}: at its maxmemory of {Megabytes(MaxBytes)} MB Redis drops keys that have a time-to-live, without an error. Those are results nobody has read yet, finished groups and chains, unique keys, and the marks that keep a task from running twice."
            : $"maxmemory-policy is {Policy}: at its maxmemory of {Megabytes(MaxBytes)} MB Redis drops any key without an error, waiting tasks and schedules included.";

    /// <summary>The remedy for <see cref="Loss"/>.</summary>
    public const string Remedy = "Set maxmemory-policy to noeviction: CONFIG SET maxmemory-policy noeviction, and in redis.conf or the parameters of the service.";

    /// <summary>KeyDB's active replication: both sides accept writes, and one side's change of a key is lost if both change it.</summary>
    public bool IsActiveReplica => Role == "active-replica";

    public const string ActiveReplicaProblem = "It is an active replica (KeyDB). Active replication loses and repeats tasks, so it is not supported: turn active-replica off, or give the address of a server without it.";

    /// <summary>Reads <c>INFO</c>; null if it has nothing about memory.</summary>
    public static RedisServerState? Parse(string info)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in info.Split('\n'))
        {
            if (line.IndexOf(':') is > 0 and var colon)
                values[line[..colon]] = line[(colon + 1)..].Trim();
        }

        if (!values.ContainsKey("used_memory"))
            return null;
        return new RedisServerState(
            values.GetValueOrDefault("role", ""),
            Number(values, "used_memory") - Number(values, "mem_not_counted_for_evict"),
            Number(values, "maxmemory"),
            values.GetValueOrDefault("maxmemory_policy", ""));
    }

    private static long Number(Dictionary<string, string> values, string name) =>
        long.TryParse(values.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Megabytes(long bytes) => (bytes / 1048576.0).ToString("0.#", CultureInfo.InvariantCulture);
}
