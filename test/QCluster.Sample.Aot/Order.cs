namespace QCluster.Sample.Aot;

internal sealed record Order(string Id, int[] Counts, DateTimeKind Kind);
