using System.Text.Json.Nodes;
using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>Programs that cannot be started again as processes of a cluster, and say so before anything is started.</summary>
internal sealed class HostingProgramTests : ClusterFixture
{
    [Test]
    public async Task Xunit_tests_run_once_and_are_not_started_again_as_workers()
    {
        var mark = Path.Combine(Folder, "mark");
        var (code, output, error) = await BuiltProgram.RunAsync(BuiltProgram.SampleXunit, Redis.Endpoint, "", new Dictionary<string, string>(StringComparer.Ordinal) { ["SAMPLE_MARK"] = mark });
        Assert.That(code, Is.Zero, output + error);
        Assert.That(output, Does.Contain("Total: 3"));
        Assert.That(await File.ReadAllLinesAsync(mark), Has.Length.EqualTo(1));
    }

    [Test]
    public async Task In_process_IIS_is_refused()
    {
        var program = CopySample();
        var iis = Path.Combine(Folder, "w3wp");
        File.Copy(program, iis);
        await AssertRefusedAsync(iis, $"In-process IIS cannot host a cluster; the cluster's processes are the same program started again, and this program is {iis}.");
    }

    [Test]
    public async Task Worker_without_dynamic_code_is_refused()
    {
        var program = CopySample();
        var path = program + ".runtimeconfig.json";
        var config = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        var properties = config["runtimeOptions"]!["configProperties"] as JsonObject ?? [];
        properties["System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported"] = false;
        config["runtimeOptions"]!["configProperties"] = properties.DeepClone();
        await File.WriteAllTextAsync(path, config.ToJsonString());
        await AssertRefusedAsync(program, "This program was published trimmed or as Native AOT, so it can enqueue tasks and read results, but not run task functions");
    }

    private string CopySample()
    {
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(BuiltProgram.Sample)!))
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        return Path.Combine(Folder, Path.GetFileName(BuiltProgram.Sample));
    }

    private async Task AssertRefusedAsync(string program, string sentence)
    {
        var (code, output, error) = await BuiltProgram.RunAsync(program, Redis.Endpoint, "");
        Assert.That(code, Is.Not.Zero);
        Assert.That(output + error, Does.Contain(sentence).And.Not.Contain("serves default"));
    }
}
