namespace QCluster.Tool.Torture;

/// <param name="Duration">How long work is added and processes are killed.</param>
/// <param name="KillsPerSecond">Processes killed or stopped in a second, on average.</param>
/// <param name="RedisRestarts">How often Redis is killed and started again.</param>
/// <param name="Clusters">Clusters on the same queues.</param>
/// <param name="Workers">Workers of each.</param>
/// <param name="Seed">What is killed when, and what is enqueued, follow from it.</param>
/// <param name="Results">A database for the tasks that are to be stored there.</param>
/// <param name="Redis">Which server is started: <c>redis-server</c> or <c>embedded</c>; null = the first that there is.</param>
internal sealed record TortureOptions(TimeSpan Duration, double KillsPerSecond, int RedisRestarts, int Clusters, int Workers, int Seed, string? Results, string? Redis);
