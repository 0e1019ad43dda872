namespace QCluster.IntegrationTests.Schedules;

/// <summary>The clock of a machine that is wrong by some time.</summary>
internal sealed class WrongClock(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
}
