namespace QCluster.ChaosTests.RedisClusters;

/// <summary>A folder for each test; Redis Clusters and clusters are started by the tests.</summary>
[Category("Chaos")]
internal abstract class RedisClusterFixture
{
    protected string Folder { get; private set; } = null!;

    /// <summary>Where tasks write their lines.</summary>
    protected string Append => Path.Combine(Folder, "lines");

    [SetUp]
    public void MakeFolder() => Folder = Directory.CreateTempSubdirectory("qcluster-test-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(Folder, recursive: true);

    protected static QClusterClient NewClient(string redis) => new(new QClusterOptions { Redis = redis, CallTimeout = TimeSpan.FromSeconds(20) });

    /// <summary>How often each line was written.</summary>
    protected static IReadOnlyDictionary<string, int> Lines(string path) =>
        TestSupport.SharedFile.Lines(path).GroupBy(line => line, StringComparer.Ordinal).ToDictionary(lines => lines.Key, lines => lines.Count(), StringComparer.Ordinal);
}
