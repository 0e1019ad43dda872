namespace QCluster.Demo;

public sealed record WordCountResult(string Path, long Words, int Worker);
