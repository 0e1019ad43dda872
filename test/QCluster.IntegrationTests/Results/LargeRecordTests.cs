using Microsoft.Extensions.Logging.Abstractions;
using QCluster.Model;
using QCluster.Queue;
using QCluster.IntegrationTests.Broker;
using QCluster.IntegrationTests.Redis.Connection;
using QCluster.IntegrationTests.Scripts;
using QCluster.Redis;
using QCluster.Client.Results;

namespace QCluster.IntegrationTests.Results;

/// <summary>Many large records are read in parts: no reply grows with the size of a group.</summary>
public sealed class LargeRecordTests : BrokerFixture
{
    private const int Size = 1 << 20;

    [Test]
    public async Task Records_of_many_megabytes_are_read_in_parts_and_in_order()
    {
        var ids = await WriteAsync(Queue, 12);
        var store = new TaskStore(new ClientScripts(new RedisTransport(RedisConnectionFixture.Connect(Server.Endpoint), Queue.Name, TimeProvider.System, NullLogger.Instance)), null!, TaskId.DefaultQueue, null);
        await using (store)
        {
            var records = await store.RecordsAsync([.. ids, TaskId.New(TaskId.DefaultQueue, TimeProvider.System), ids[0]], CancellationToken.None);
            Assert.That(records.Select(r => r.IsEmpty ? -1 : r.Span[0]), Is.EqualTo(Enumerable.Range(0, 12).Concat([-1, 0])));
        }
    }

    [Test]
    public async Task One_reply_is_bounded()
    {
        Assert.That(await IsBoundedAsync(Queue, RedisScript.Load("records")), Is.True);
        await using var other = new TestQueue(Server.Endpoint);
        Assert.That(await IsBoundedAsync(other, ScriptMutant.Of("records", "if bytes >= MAX_BYTES then break end", "")), Is.False, "without the check");
    }

    [Test]
    public async Task Large_records_go_to_the_database_in_parts_oldest_first()
    {
        var ids = await WriteAsync(Queue, 20);
        foreach (var id in ids)
            await Queue.RawAsync("LPUSH", Queue.Keys.Saved(3), (byte[])[.. id.ToBytes(), 0, 0, 0, 1]);
        var taken = new List<Guid>();
        for (var parts = 0; taken.Count < 20; parts++)
        {
            Assert.That(parts, Is.LessThan(5));
            var unsaved = await Queue.Cluster.UnsavedAsync(3, 1_000, CancellationToken.None);
            taken.AddRange(unsaved.Select(u => TaskId.FromBytes(u.Entry, TaskId.DefaultQueue).Value));
            await Queue.Cluster.ArchivedAsync(3, unsaved.Select(u => u.Entry), TimeSpan.FromMinutes(1), CancellationToken.None);
        }

        Assert.That(taken, Is.EqualTo(ids.Select(i => i.Value)));
        Assert.That(await Queue.NumberAsync("LLEN", Queue.Keys.Saved(3)), Is.Zero);
    }

    private static async Task<TaskId[]> WriteAsync(TestQueue queue, int count)
    {
        var ids = Enumerable.Range(0, count).Select(_ => TaskId.New(TaskId.DefaultQueue, TimeProvider.System)).ToArray();
        for (var i = 0; i < count; i++)
        {
            var record = new byte[Size];
            record[0] = (byte)i;
            await queue.RawAsync("SET", queue.Keys.Record(ids[i].ToBytes()), record, "EX", 60);
        }

        return ids;
    }

    private static async Task<bool> IsBoundedAsync(TestQueue queue, RedisScript records)
    {
        var ids = await WriteAsync(queue, 12);
        var reply = await queue.Connection.ScriptAsync(records, [queue.Keys.Saved(3)], [queue.Keys.Prefix, .. ids.Select(i => (StackExchange.Redis.RedisValue)i.ToBytes())], RetryMode.Idempotent);
        return reply.Length == 8;
    }
}
