namespace QCluster.IntegrationTests.Broker;

/// <summary>Names of queues that no other run of the tests has, since a Redis may be shared.</summary>
internal static class TestNames
{
    private static int _count;

    /// <summary>What all names of this run begin with.</summary>
    public static string Run { get; } = $"test-{Guid.NewGuid().ToString("N")[..8]}-";

    public static string Next() => $"{Run}{Interlocked.Increment(ref _count)}";
}
