namespace QCluster.Demo;

/// <summary>A task that uses the cluster itself.</summary>
public static class NestedFunctions
{
    /// <summary>Enqueues n additions, waits for them, and returns the sum of their values: 1 + 2 + ... + n.</summary>
    [TaskFunction("demo.fan_out")]
    public static async Task<double> FanOut(int n, IQClusterClient client, CancellationToken cancellationToken)
    {
        var ids = await client.AsyncBulk(Enumerable.Range(1, n).Select(i => new TaskCall("math.add", i, 0)), cancellationToken: cancellationToken);
        var sum = 0.0;
        foreach (var id in ids)
            sum += await client.Result<double>(id, cancellationToken: cancellationToken);
        return sum;
    }
}
