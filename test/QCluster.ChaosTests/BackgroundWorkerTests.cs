using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using QCluster.BackgroundTasks;
using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>Interval, queue and event workers over a real cluster.</summary>
internal sealed class BackgroundWorkerTests : ClusterFixture
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    [Test]
    public async Task An_interval_worker_never_overlaps_and_stops_at_its_last_run()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var path = Path.Combine(Folder, "runs");
        await using var worker = new BackgroundIntervalWorker(Client, new BackgroundIntervalOptions { Executor = new TaskCall("demo.run_until", path, 6, 150), Interval = TimeSpan.FromMilliseconds(50) });
        worker.Start();
        Assert.That(worker.IsActive, Is.True);
        await worker.Completion.WaitAsync(Wait);
        var runs = SharedFile.Lines(path).Select(l => l.Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToArray()).ToArray();
        Assert.That(runs, Has.Length.EqualTo(6));
        for (var i = 1; i < runs.Length; i++)
            Assert.That(runs[i][0], Is.GreaterThanOrEqualTo(runs[i - 1][1]), "it began after the one before had ended");
        Assert.That((worker.IsActive, worker.Runs), Is.EqualTo((false, 6)));
    }

    [Test]
    public async Task An_event_worker_makes_one_run_of_many_triggers()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var path = Path.Combine(Folder, "runs");
        await using var worker = new BackgroundEventWorker(Client, new BackgroundWorkerOptions { Executor = new TaskCall("demo.run_until", path, 100, 300) });
        for (var i = 0; i < 50; i++)
            worker.Trigger();
        worker.Start();
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Running == 1);
        for (var i = 0; i < 50; i++)
            worker.Trigger();
        await Eventually.IsTrue(() => worker.Runs == 1);
        await Task.Delay(500);
        Assert.That(worker.Runs, Is.EqualTo(1), "a trigger during a run is ignored");
        worker.Trigger();
        await Eventually.IsTrue(async () => (await Client.Queues.Sizes()).Running == 1);
        for (var i = 0; i < 50; i++)
            worker.Trigger(force: true);
        await Eventually.IsTrue(() => worker.Runs == 3, what: "one forced run more");
        await Task.Delay(500);
        Assert.That(worker.Runs, Is.EqualTo(3));
    }

    [Test]
    public async Task A_hosted_queue_worker_takes_items_in_order_until_its_last_run()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var path = Path.Combine(Folder, "items");
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddQCluster(options => options.Redis = Redis.Endpoint);
        var errors = new List<Exception>();
        builder.Services.AddBackgroundQueueWorker<string>(new BackgroundWorkerOptions
        {
            Name = "items",
            Executor = new TaskCall("demo.take_item", path),
            OnError = error =>
            {
                errors.Add(error);
                return true;
            },
        });
        using var host = builder.Build();
        await host.StartAsync();
        var worker = host.Services.GetRequiredService<BackgroundQueueWorker<string>>();
        foreach (var item in new[] { "one", "two", "fail", "three", "stop", "never" })
            worker.Put(item);
        await worker.Completion.WaitAsync(Wait);
        Assert.That(SharedFile.Lines(path), Is.EqualTo(new[] { "one", "two", "three", "stop" }));
        Assert.That(errors.Single(), Is.TypeOf<TaskFailedException>().With.Message.Contains("cannot take it"));
        Assert.That(worker.Count, Is.EqualTo(1), "what came later waits");
        await host.StopAsync();
    }

    [Test]
    public async Task A_failed_run_stops_the_worker_by_default()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        await using var worker = new BackgroundQueueWorker<string>(Client, new BackgroundWorkerOptions { Executor = new TaskCall("demo.take_item", "nowhere") });
        worker.Start();
        worker.Put("fail");
        Assert.That(async () => await worker.Completion.WaitAsync(Wait), Throws.TypeOf<TaskFailedException>());
        Assert.That(worker.IsActive, Is.False);
    }
}
