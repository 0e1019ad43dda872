using QCluster.Testing;

namespace QCluster.Tests.Client;

public sealed class TaskNameTests
{
    [Test]
    public async Task A_task_that_was_given_no_name_has_a_readable_one_of_its_id()
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
    public void Names_of_neighbours_differ()
    {
        var names = Enumerable.Range(0, 1000).Select(_ => TaskNames.Of(Guid.CreateVersion7())).ToHashSet(StringComparer.Ordinal);
        Assert.That(names, Has.Count.EqualTo(1000));
        var words = Enumerable.Range(0, 256).Select(i => TaskNames.Of(new Guid(0, 0, 0, 0, 0, 0, 0, (byte)i, 0, 0, 0)).Split('-')).SelectMany(w => w).ToHashSet(StringComparer.Ordinal);
        Assert.That(words, Has.Count.EqualTo(256), "each byte has a word of its own");
    }
}
