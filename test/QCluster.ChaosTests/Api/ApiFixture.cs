using QCluster.TestSupport;

namespace QCluster.ChaosTests.Api;

/// <summary>One running cluster for all tests of a class, under a name of its own; each test uses labels and names of its own.</summary>
[NonParallelizable]
internal abstract class ApiFixture
{
    protected static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    protected IRedisFixture Redis { get; private set; } = null!;

    /// <summary>The cluster's.</summary>
    protected string Name { get; } = Unique("api");

    protected ClusterProcess Cluster { get; private set; } = null!;

    protected QClusterClient Client { get; private set; } = null!;

    protected string Folder { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task StartCluster()
    {
        Redis = await RedisFixture.StartAsync();
        Cluster = await ClusterProcess.StartAsync(Redis.Endpoint, "--name", Name, "--queue", "default", "--queue", "mail");
        Client = new QClusterClient(Settings);
        Folder = Directory.CreateTempSubdirectory("qcluster-api-").FullName;
    }

    [OneTimeTearDown]
    public async Task StopCluster()
    {
        await Client.DisposeAsync();
        await Cluster.DisposeAsync();
        await SharedRedis.DeleteAsync(Name);
        await Redis.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Of a client that reaches it.</summary>
    protected QClusterOptions Settings => new() { Redis = Redis.Endpoint, Name = Name };

    protected Task<(int ExitCode, string Output, string Error)> RunToolAsync(params string[] arguments) => RunAsync(BuiltProgram.Tool, "", arguments);

    /// <summary>Runs a program to its end with the settings that lead to the cluster.</summary>
    protected Task<(int ExitCode, string Output, string Error)> RunAsync(string program, string input, params string[] arguments) =>
        BuiltProgram.RunAsync(program, Redis.Endpoint, input, new Dictionary<string, string>(StringComparer.Ordinal) { ["QCLUSTER_NAME"] = Name }, arguments);

    protected static string Unique(string what) => $"{what}-{Guid.NewGuid():N}";

    protected Task<string> FailAsync(TaskOptions? options = null) => Client.Async(new TaskCall("demo.fail", "no"), options);
}
