namespace QCluster.Demo;

/// <summary>The functions of the first examples.</summary>
public static class MathFunctions
{
    [TaskFunction("math.copysign")]
    public static double CopySign(double x, double y) => Math.CopySign(x, y);

    [TaskFunction("math.floor")]
    public static double Floor(double x) => Math.Floor(x);

    /// <summary>The fraction and the whole part, both with the sign of x.</summary>
    [TaskFunction("math.modf")]
    public static double[] Modf(double x)
    {
        var whole = Math.Truncate(x);
        return [x - whole, whole];
    }

    [TaskFunction("math.add")]
    public static double Add(double a, double b) => a + b;
}
