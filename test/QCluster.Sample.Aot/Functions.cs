namespace QCluster.Sample.Aot;

/// <summary>A function as the workers have it; here it is only named by calls.</summary>
internal static class Functions
{
    [TaskFunction("math.copysign")]
    public static double CopySign(double value, double sign) => Math.CopySign(value, sign);
}
