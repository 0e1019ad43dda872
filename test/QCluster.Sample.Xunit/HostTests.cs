using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using QCluster.Testing;
using Xunit;

namespace QCluster.Sample.Xunit;

/// <summary>A user's tests with xunit.v3, where the tests' assembly is the program: started again as a child it would run them again.</summary>
public sealed class HostTests
{
    static HostTests()
    {
        if (Environment.GetEnvironmentVariable("SAMPLE_MARK") is { } mark)
            File.AppendAllText(mark, $"{Environment.ProcessId}\n");
    }

    [Fact]
    public async Task A_cluster_in_a_test_runner_is_refused()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddQClusterWorker(static _ => { });
        using var host = builder.Build();
        var error = await Assert.ThrowsAsync<NotSupportedException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("A test runner cannot host a cluster", error.Message, StringComparison.Ordinal);
        Assert.Contains("QCluster.Sample.Xunit with xunit.v3.runner", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Recording_client_removes_the_cluster(bool isAddedBefore)
    {
        var builder = Host.CreateApplicationBuilder();
        if (isAddedBefore)
            builder.Services.AddRecordingQCluster();
        builder.Services.AddQClusterWorker(static _ => { });
        if (!isAddedBefore)
            builder.Services.AddRecordingQCluster();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        await host.Services.GetRequiredService<IQClusterClient>().Async("some.function", 1);
        Assert.Equal(1, host.Services.GetRequiredService<RecordingClient>().Single("some.function").Arg<int>(0));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }
}
