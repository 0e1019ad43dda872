using QCluster.ChaosTests.Packaging;
using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>A program that only enqueues and reads results, published as Native AOT; a warning of trimmer or compiler, of whichever assembly, fails the publishing.</summary>
internal sealed class AotClientTests : ClusterFixture
{
    [Test]
    public async Task Client_works_as_Native_AOT()
    {
        var published = Path.Combine(Folder, "published");
        var output = await PackedSolution.DotnetAsync(BuiltProgram.Root, "publish", "test/QCluster.Sample.Aot", "-c", "Release", "-o", published);
        Assert.That(output, Does.Not.Contain("warning"));

        var results = "sqlite:" + Path.Combine(Folder, "results.db");
        await using var cluster = await ClusterProcess.LaunchAsync([BuiltProgram.Tool, "start", "--redis", Redis.Endpoint, "--app", BuiltProgram.Demo, "--workers", "1", "--results", results], new Dictionary<string, string>(StringComparer.Ordinal));
        var lines = (await Commands.RunAsync(Folder, null, Path.Combine(published, "QCluster.Sample.Aot"), Redis.Endpoint, results)).TrimEnd().Split('\n');
        Assert.That(lines, Has.Length.EqualTo(13), string.Join('\n', lines));
        Assert.That(lines[..10], Is.EqualTo(new[] { "dynamic code False", "copysign -2", "order A-1 3+4 Utc", "enum Utc", "expression -3", "record math.copysign Succeeded -2", "chain -5 6", "iteration 1 two 3.5", "schedule nightly, clusters 1", "saved math.copysign -2" }));
        Assert.Multiple(() =>
        {
            Assert.That(lines[10], Does.StartWith("contract refused: ").And.Contain("[JsonSerializable]"));
            Assert.That(lines[11], Does.StartWith("tuple refused: ").And.Contain("Declare a record"));
            Assert.That(lines[12], Does.StartWith("sync refused: This program was published trimmed or as Native AOT"));
        });
    }
}
