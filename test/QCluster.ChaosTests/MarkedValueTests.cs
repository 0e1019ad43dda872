using MessagePack;
using MessagePack.Resolvers;
using QCluster.TestSupport;

namespace QCluster.ChaosTests;

/// <summary>Values of types marked for MessagePack, in workers that the tool started.</summary>
internal sealed class MarkedValueTests : ClusterFixture
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    private QClusterClient NativeClient() => new(new QClusterOptions
    {
        Redis = Redis.Endpoint,
        MessagePack = MessagePackSerializerOptions.Standard.WithResolver(CompositeResolver.Create(NativeDecimalResolver.Instance, StandardResolver.Instance)),
    });

    [Test]
    public async Task The_resolver_of_the_app_reads_and_writes_arguments_and_results()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        await using var client = NativeClient();
        var single = await client.Async("demo.discount", new Price("tea", 12.50m), 20);
        Assert.That(await client.Result<Price>(single, Wait), Is.EqualTo(new Price("tea", 10.00m)), cluster.Log);

        var named = await client.Async(new TaskCall("demo.cheapest") { Kwargs = new Dictionary<string, object?> { ["offers"] = new[] { new Price("tea", 3m), new Price("tea", 2.5m), new Price("cup", 7m) } } });
        Assert.That(await client.Result<Dictionary<string, Price>>(named, Wait), Is.EqualTo(new Dictionary<string, Price> { ["tea"] = new("tea", 2.5m), ["cup"] = new("cup", 7m) }), cluster.Log);

        var untyped = (object?[])(await client.Fetch(single))!.Result!;
        Assert.That(untyped, Has.Length.EqualTo(2));
        Assert.That(untyped[0], Is.EqualTo("tea"));
        Assert.That(untyped[1], Is.InstanceOf<byte[]>().And.Length.EqualTo(16));
    }

    [Test]
    public async Task A_value_that_does_not_fit_fails_its_task_alone_with_a_reason()
    {
        await using var cluster = await ClusterProcess.StartAsync(Redis.Endpoint);
        // The standard resolver writes decimals as text, which the app's resolver does not read.
        var foreign = await Client.Async("demo.discount", new Price("tea", 12.50m), 20);
        var shapeless = await Client.Async("demo.discount", "no offer", 20);
        await using var client = NativeClient();
        var sound = await client.Async("demo.discount", new Price("tea", 12.50m), 20);

        Assert.That(await client.Result<Price>(sound, Wait), Is.EqualTo(new Price("tea", 10.00m)), cluster.Log);
        foreach (var id in new[] { foreign, shapeless })
        {
            var record = await Client.Fetch(id, Wait);
            Assert.That(record!.Error!.Reason, Is.EqualTo(FailureReason.InvalidArguments), record.Error.Message);
            Assert.That(record.Error.Message, Does.Contain("offer"));
        }
    }
}
