namespace QCluster.Sample.Aot;

/// <summary>A type without a generated contract.</summary>
internal sealed record Unknown(string Id);
