namespace QCluster.ToolFunctions;

/// <summary>What the benchmark runs: small, so that everything else is what is measured.</summary>
public static class BenchFunctions
{
    [TaskFunction("math.copysign")]
    public static double CopySign(double value, double sign) => Math.CopySign(value, sign);

    /// <summary>Takes an argument of any size.</summary>
    [TaskFunction("bench.length")]
    public static int Length(string text) => text.Length;

    /// <summary>Runs for some time, so that its worker can be killed meanwhile.</summary>
    [TaskFunction("bench.sleep")]
    public static async Task<double> Sleep(double seconds, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds), cancellationToken);
        return seconds;
    }
}
