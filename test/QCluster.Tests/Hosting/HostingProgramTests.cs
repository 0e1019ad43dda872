using System.Reflection.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using QCluster.Hosting.Composition;
using QCluster.Testing;

namespace QCluster.Tests.Hosting;

/// <summary>From which programs a cluster can be started.</summary>
internal sealed class HostingProgramTests
{
    private static readonly string[] Own = ["System.Private.CoreLib", "shop", "QCluster.Hosting", "xunit.assert"];

    [TestCase(@"C:\Windows\System32\inetsrv\w3wp.exe")]
    [TestCase(@"C:\Program Files\IIS Express\iisexpress.exe")]
    [TestCase("/usr/lib/W3WP")]
    public void In_process_IIS_is_refused(string path) =>
        Assert.That(HostingProgram.WhyNot(path, "shop", Own), Does.StartWith("In-process IIS cannot host a cluster; ").And.Contain(path).And.Contain("OutOfProcess"));

    [TestCase("testhost", "System.Private.CoreLib")]
    [TestCase("testhost.x86", "System.Private.CoreLib")]
    [TestCase("shop.tests", "xunit.v3.runner.inproc.console")]
    [TestCase("shop.tests", "Microsoft.Testing.Platform")]
    [TestCase("ReSharperTestRunner", "JetBrains.ReSharper.TestRunner.Core")]
    public void Test_runner_is_refused(string entry, string loaded) =>
        Assert.That(HostingProgram.WhyNot("/usr/bin/dotnet", entry, [.. Own, loaded]), Does.StartWith("A test runner cannot host a cluster; ").And.Contain(entry).And.Contain("AddRecordingQCluster"));

    [TestCase("/usr/bin/dotnet")]
    [TestCase("/opt/shop/shop")]
    [TestCase(@"C:\shop\shop.exe")]
    [TestCase(null)]
    public void Own_program_is_not_refused(string? path) => Assert.That(HostingProgram.WhyNot(path, "shop", Own), Is.Null);

    [Test]
    public void This_test_runner_is_recognised() => Assert.That(HostingProgram.Require, Throws.TypeOf<NotSupportedException>().With.Message.Contains("testhost"));

    [Test]
    public async Task Recording_client_removes_the_cluster_in_either_order([Values] bool isRecordingFirst)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        if (isRecordingFirst)
            services.AddRecordingQCluster();
        services.AddQClusterWorker(static _ => { });
        if (!isRecordingFirst)
            services.AddRecordingQCluster();
        await using var provider = services.BuildServiceProvider();
        Assert.That(provider.GetServices<IHostedService>(), Has.None.InstanceOf<SentinelService>());
        Assert.That(provider.GetRequiredService<IQClusterClient>(), Is.InstanceOf<RecordingClient>());
    }

    [Test]
    public void Runtime_reports_hot_reload_to_the_handler()
    {
        // As the runtime finds and calls it.
        var handler = typeof(SentinelService).Assembly.GetCustomAttributes(typeof(MetadataUpdateHandlerAttribute), inherit: false).Cast<MetadataUpdateHandlerAttribute>().Single().HandlerType;
        var reports = 0;
        Action count = () => reports++;
        HotReload.Updated += count;
        try
        {
            handler.GetMethod("UpdateApplication", System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!.Invoke(null, [null]);
        }
        finally
        {
            HotReload.Updated -= count;
        }

        Assert.That(reports, Is.EqualTo(1));
    }
}
