using MessagePack;

namespace QCluster.ChaosTests;

/// <summary>What the demo functions know as an offer: only the keys are the same.</summary>
[MessagePackObject]
public sealed record Price([property: Key(0)] string Name, [property: Key(1)] decimal Amount);
