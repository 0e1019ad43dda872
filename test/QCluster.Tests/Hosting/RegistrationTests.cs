using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using QCluster.Hosting;

namespace QCluster.Tests.Hosting;

/// <summary>What AddQCluster and AddQClusterWorker make of settings, in whatever order they are called.</summary>
[NonParallelizable]
internal sealed class RegistrationTests
{
    private const string Secret = "a secret of 16 letters";

    private static HostApplicationBuilder Builder(params (string Key, string Value)[] configuration)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(configuration.Select(c => KeyValuePair.Create<string, string?>("QCluster:" + c.Key, c.Value)));
        return builder;
    }

    private static QClusterOptions Client(HostApplicationBuilder builder)
    {
        using var host = builder.Build();
        return host.Services.GetRequiredService<IOptions<QClusterOptions>>().Value;
    }

    private static void WithEnvironment(string variable, string value, Action act)
    {
        Environment.SetEnvironmentVariable(variable, value);
        try
        {
            act();
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, null);
        }
    }

    [Test]
    public void Client_settings_come_from_environment_configuration_and_code()
    {
        WithEnvironment("QCLUSTER_RESULT_TTL", "2h", () =>
        {
            var builder = Builder(("ResultTtl", "1h"), ("Compress", "on"), ("Name", "configured"), ("Queue", "mail"));
            builder.Services.AddQCluster(o => o.Name = "mine");
            var options = Client(builder);
            Assert.Multiple(() =>
            {
                Assert.That(options.ResultTtl, Is.EqualTo(TimeSpan.FromHours(2)));
                Assert.That(options.Compress, Is.True);
                Assert.That(options.Name, Is.EqualTo("mine"));
                Assert.That(options.Queue, Is.EqualTo("mail"));
            });
        });
    }

    [TestCase(true)]
    [TestCase(false)]
    public void A_client_has_the_settings_of_its_worker_in_either_order(bool clientFirst)
    {
        WithEnvironment("QCLUSTER_SECRET", Secret, () =>
        {
            var builder = Builder(("Name", "configured"));
            if (clientFirst)
                builder.Services.AddQCluster(o => o.Compress = true);
            builder.Services.AddQClusterWorker(worker => worker.Options.Queues.Add("mail"));
            if (!clientFirst)
                builder.Services.AddQCluster(o => o.Compress = true);
            var options = Client(builder);
            Assert.Multiple(() =>
            {
                Assert.That(options.Secrets, Is.EqualTo(new[] { Secret }));
                Assert.That(options.Name, Is.EqualTo("configured"));
                Assert.That(options.Queue, Is.EqualTo("mail"));
                Assert.That(options.Compress, Is.True);
            });
        });
    }

    [Test]
    public void The_host_waits_longer_than_the_cluster_may_take_to_stop()
    {
        var builder = Builder(("Grace", "2m"));
        builder.Services.AddQClusterWorker(_ => { });
        using var host = builder.Build();
        Assert.That(host.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout, Is.GreaterThan(TimeSpan.FromMinutes(2)));
    }

    [Test]
    public void An_app_in_a_program_that_hosts_a_cluster_is_refused()
    {
        var builder = Builder();
        builder.Services.AddQClusterWorker(worker => worker.Options.Apps.Add("some.dll"));
        Assert.That(builder.Build, Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("worker.Functions"));
    }

    [Test]
    public void Mail_settings_without_the_package_are_refused()
    {
        var builder = Builder(("Smtp", "smtp://u:topsecret@localhost"), ("ErrorMailTo", "a@example.org"));
        builder.Services.AddQClusterWorker(_ => { });
        Assert.That(builder.Build, Throws.InstanceOf<InvalidSettingException>().With.Message.Contains("QCluster.Mail").And.Message.Contains("AddQClusterMail()").And.Message.Not.Contains("topsecret"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Mail_settings_are_accepted_with_the_package_in_either_order(bool mailFirst)
    {
        var builder = Builder(("Smtp", "smtp://localhost"), ("ErrorMailTo", "a@example.org"));
        if (mailFirst)
            builder.Services.AddQClusterMail();
        builder.Services.AddQClusterWorker(_ => { });
        if (!mailFirst)
            builder.Services.AddQClusterMail();
        using var host = builder.Build();
        Assert.That(host.Services.GetRequiredService<ClusterWorkerBuilder>().Options.ErrorMailTo, Is.EqualTo(new[] { "a@example.org" }));
    }

    [Test]
    public async Task The_static_calls_use_the_client_of_the_host_from_its_start()
    {
        var builder = Builder();
        builder.Services.AddQCluster();
        builder.Services.AddHostedService<DefaultProbe>();
        using var host = builder.Build();
        await host.StartAsync();
        await host.StopAsync();
        Assert.That(host.Services.GetServices<IHostedService>().OfType<DefaultProbe>().Single().Seen, Is.SameAs(host.Services.GetRequiredService<IQClusterClient>()));
    }

    private sealed class DefaultProbe : IHostedService
    {
        public IQClusterClient? Seen { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Seen = Tasks.Default;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
