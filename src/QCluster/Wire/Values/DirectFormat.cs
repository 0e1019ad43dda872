namespace QCluster.Wire.Values;

/// <summary>Finds a direct format without a lookup, if the type is known at compile time.</summary>
internal static class DirectFormat<T>
{
    public static readonly ValueFormat<T>? Instance = (ValueFormat<T>?)DirectFormats.Find(typeof(T));
}
