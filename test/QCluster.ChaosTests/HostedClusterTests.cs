using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>A cluster inside the user's own program.</summary>
internal sealed class HostedClusterTests : ClusterFixture
{
    private Task<ClusterProcess> StartSampleAsync(string redis) =>
        ClusterProcess.LaunchAsync([BuiltProgram.Sample], new Dictionary<string, string>(StringComparer.Ordinal) { ["QCLUSTER_REDIS"] = redis, ["SAMPLE_MARK"] = Path.Combine(Folder, "mark") });

    [Test]
    public async Task The_program_runs_its_cluster_and_only_itself_starts_its_other_services()
    {
        await using var program = await StartSampleAsync(Redis.Endpoint);
        Assert.That(await Client.Result<double>(await Client.Async(() => Math.CopySign(2, -2)), TimeSpan.FromSeconds(10)), Is.EqualTo(-2.0), program.Log);
        Assert.That(await Client.Result<string>(await Client.Async("sample.greet", "world"), TimeSpan.FromSeconds(10)), Is.EqualTo("hello world -1"), program.Log);

        program.KillOne("Worker");
        Assert.That(await Client.Result<string>(await Client.Async("sample.greet", "again"), TimeSpan.FromSeconds(10)), Is.EqualTo("hello again -1"), program.Log);
        Assert.That(await File.ReadAllLinesAsync(Path.Combine(Folder, "mark")), Is.EqualTo(new[] { $"{program.ProcessId}" }));

        program.SendToGroup(Signal.Terminate);
        Assert.That(await program.WaitForExitAsync(TimeSpan.FromSeconds(6)), Is.Zero, program.Log);
    }

    [Test]
    public void A_setting_that_cannot_be_used_is_named_at_start()
    {
        var started = StartSampleAsync("redis://:6379/what");
        Assert.That(async () => await started, Throws.Exception.With.Message.Contains("redis"));
    }
}
