using System.Buffers.Binary;
using QCluster.Model;
using QCluster.Wire.Packets;

namespace QCluster.IntegrationTests.Broker;

/// <summary>A task as the scripts see it: an id and an element of which they read only the header.</summary>
internal sealed record TestTask(TaskId Id, byte[] Element)
{
    public Guid Value => Id.Value;

    public byte[] Attempt => Element[2..TaskElement.HeaderLength];

    public static TestTask New(int size = 40)
    {
        var id = TaskId.New(TaskId.DefaultQueue, TimeProvider.System);
        var element = new byte[size];
        TaskElement.WriteHeader(element, new TaskElementHeader(0, new AttemptKey(1, id.Value)));
        return new TestTask(id, element);
    }

    public static TestTask[] Many(int count) => [.. Enumerable.Range(0, count).Select(_ => New())];

    /// <summary>Tasks whose states stand in one hash.</summary>
    public static TestTask[] Neighbours(int count)
    {
        while (true)
        {
            var tasks = Many(count);
            if (Array.TrueForAll(tasks, t => t.Id.ToBytes().AsSpan(6, 9).SequenceEqual(tasks[0].Id.ToBytes().AsSpan(6, 9))))
                return tasks;
        }
    }

    public static TestTask Of(byte[] element) => new(new TaskId(TaskElement.Read(element).Key.Id, TaskId.DefaultQueue), element);

    /// <summary>What a CLAIM gave to one worker.</summary>
    public static List<TestTask> OfBlock(byte[] block)
    {
        var tasks = new List<TestTask>();
        for (var at = 0; at < block.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(block.AsSpan(at)) & 0x3FFF_FFFF;
            tasks.Add(Of(block[(at + 4)..(at + 4 + length)]));
            at += 4 + length;
        }

        return tasks;
    }

    public static Guid[] Ids(IEnumerable<TestTask> tasks) => [.. tasks.Select(task => task.Value)];
}
