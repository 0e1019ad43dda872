namespace QCluster.Redis;

internal readonly record struct ClaimRequest(string Incarnation, string Registration, int Count, bool Isolated);
