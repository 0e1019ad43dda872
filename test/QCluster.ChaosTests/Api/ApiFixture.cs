using QCluster.TestSupport;

namespace QCluster.ChaosTests.Api;

/// <summary>One running cluster for all tests of a class; each uses labels and names of its own.</summary>
[NonParallelizable]
internal abstract class ApiFixture
{
    protected static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    protected RedisServer Redis { get; private set; } = null!;

    protected ClusterProcess Cluster { get; private set; } = null!;

    protected QClusterClient Client { get; private set; } = null!;

    protected string Folder { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartCluster()
    {
        Redis = await RedisServer.StartAsync(new RedisServerOptions());
        Cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--queue", "default", "--queue", "mail");
        Client = new QClusterClient(new QClusterOptions { Redis = Redis.Endpoint });
        Folder = Directory.CreateTempSubdirectory("qcluster-api-").FullName;
    }

    [OneTimeTearDown]
    public async Task StopCluster()
    {
        await Client.DisposeAsync();
        await Cluster.DisposeAsync();
        await Redis.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    protected static string Unique(string what) => $"{what}-{Guid.NewGuid():N}";

    protected Task<string> FailAsync(TaskOptions? options = null) => Client.Async(new TaskCall("demo.fail", "no"), options);
}
