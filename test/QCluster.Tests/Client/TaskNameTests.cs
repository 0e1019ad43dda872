using QCluster.Execution.Records;
using QCluster.Model;
using QCluster.Testing;

namespace QCluster.Tests.Client;

public sealed class TaskNameTests
{
    [Test]
    public async Task A_task_without_a_name_has_a_readable_one_from_its_id()
    {
        await using var client = new RecordingClient();
        client.SetResult("f", 1);
        var id = await client.Async("f");
        var named = await client.Async(new TaskCall("f"), new TaskOptions { TaskName = "mine" });
        var record = await client.Fetch(id, 1000);
        Assert.That(record!.Name, Does.Match("^[a-z]+-[a-z]+-[a-z]+-[a-z]+$"));
        Assert.That((await client.Fetch(id, 1000))!.Name, Is.EqualTo(record.Name), "the same each time");
        Assert.That((await client.Fetch(named, 1000))!.Name, Is.EqualTo("mine"));
    }

    [Test]
    public void Names_of_consecutive_ids_differ()
    {
        var names = Enumerable.Range(0, 1000).Select(_ => TaskNames.Of(TaskId.New("default", TimeProvider.System).Value)).ToHashSet(StringComparer.Ordinal);
        Assert.That(names, Has.Count.EqualTo(1000));
        for (var place = 0; place < 4; place++)
            Assert.That(names.Select(n => n.Split('-')[place]).Distinct(StringComparer.Ordinal).Count(), Is.GreaterThan(200), "each word differs among the ids of one client");
        var words = Enumerable.Range(0, 10_000).SelectMany(i => TaskNames.Of(new Guid(i, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)).Split('-')).ToHashSet(StringComparer.Ordinal);
        Assert.That(words, Has.Count.EqualTo(256));
    }
}
