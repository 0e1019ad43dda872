using QCluster.TestSupport;

namespace QCluster.ChaosTests.Embedded;

/// <summary>A folder of user data for each test, in which the embedded server is.</summary>
[Category("Chaos")]
internal abstract class EmbeddedFixture
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    protected string Folder { get; private set; } = null!;

    protected virtual Dictionary<string, string> Environment => new(StringComparer.Ordinal) { ["XDG_DATA_HOME"] = Folder };

    [SetUp]
    public void MakeFolder() => Folder = Directory.CreateTempSubdirectory("qcluster-test-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(Folder, recursive: true);

    protected Task<ClusterProcess> StartAsync() =>
        ClusterProcess.LaunchAsync([BuiltProgram.Tool, "start", "--redis", "embedded", "--app", BuiltProgram.Demo], Environment);
}
