using QCluster.TaskClasses;
using QCluster.TestSupport;

namespace QCluster.ChaosTests;

internal sealed class CallbackKillTests : ClusterFixture
{
    [Test]
    public async Task Each_set_calls_back_once_while_monitors_and_workers_are_killed()
    {
        const int sets = 40, size = 25;
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        var results = new List<TaskSetResult>();
        for (var i = 0; i < sets; i++)
        {
            var calls = Enumerable.Range(0, size).Select(n => (TaskArguments)new object?[] { 0.02 });
            results.Add(await new TaskSet("demo.sleep", calls) { Client = Client, Callback = new TaskCall("demo.set_done", Path.Combine(Folder, $"set{i}")), CallbackOptions = new TaskOptions { Cached = TimeSpan.FromMinutes(5) } }.Run());
            cluster.KillOne(i % 3 == 0 ? "Worker" : "Monitor");
        }

        foreach (var result in results)
        {
            await Eventually.IsTrue(() => result.Ready(), TimeSpan.FromSeconds(60));
            Assert.That(await result.Callback!.Get(TimeSpan.FromSeconds(30)), Is.EqualTo($"{size} of {size}"));
        }

        var sizes = await Client.Queues.Sizes();
        Assert.That((sizes.Succeeded, sizes.Failed), Is.EqualTo(((sets * size) + sets, 0)), "one outcome for each member and each callback");
    }
}
