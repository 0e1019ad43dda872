namespace QCluster.Hosting.Sentinel;

/// <summary>The name under which Redis knows a cluster; it changes when others have declared it dead.</summary>
internal sealed class ClusterIdentity
{
    public string Value { get; private set; } = NewValue();

    public void Renew() => Value = NewValue();

    private static string NewValue() => Convert.ToHexStringLower(Guid.NewGuid().ToByteArray().AsSpan(0, 6));
}
