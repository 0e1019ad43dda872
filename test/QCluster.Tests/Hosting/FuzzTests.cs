using System.Net.Sockets;
using System.Text.Json;
using QCluster.Hosting;
using QCluster.Hosting.Channels;
using QCluster.Hosting.Gateway;
using QCluster.Hosting.Children;
using QCluster.Hosting.Sentinel;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;

namespace QCluster.Tests.Hosting;

/// <summary>Everything that a process of a cluster reads from another one, filled with anything: it is read or refused, and nothing else happens.</summary>
public sealed class FuzzTests
{
    private const int Rounds = 20_000;

    private delegate void Reading(ref WireReader reader);

    private static void Refuses(string what, int seed, Action<byte[]> read)
    {
        var random = new Random(seed);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = new byte[random.Next(120)];
            random.NextBytes(bytes);
            // Small numbers make lengths and types that fit now and then.
            for (var i = 0; i < bytes.Length; i++)
            {
                if (random.Next(3) == 0)
                    bytes[i] = (byte)random.Next(4);
            }

            try
            {
                read(bytes);
            }
            catch (Exception e) when (e is WireFormatException or ArgumentException)
            {
                // Refused: the connection it came over is closed.
            }
            catch (Exception e)
            {
                Assert.Fail($"{what}, seed {seed}, round {round}, {Convert.ToHexString(bytes)}: {e}");
            }
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    public void Random_bodies_of_frames_are_read_or_refused(int seed)
    {
        Refuses("tasks", seed, static bytes => TaskBlock.Count(bytes));
        Refuses("attempts", seed, static bytes => AttemptRef.ReadAll(bytes));
        Refuses("pulse", seed, static bytes => ChildPulse.Read(bytes));
        foreach (var (what, reading) in new (string, Reading)[]
        {
            ("script", static (ref WireReader r) => GatewayCodec.ReadScript(ref r)),
            ("reply", static (ref WireReader r) => GatewayCodec.ReadReply(ref r)),
        })
        {
            Refuses(what, seed, bytes =>
            {
                var reader = new WireReader(bytes);
                reading(ref reader);
            });
        }
    }

    [Test]
    public void An_endlessly_nested_reply_is_refused()
    {
        var bytes = new byte[100_000];
        Array.Fill(bytes, (byte)0x91);
        Assert.That(
            () =>
            {
                var reader = new WireReader(bytes);
                return GatewayCodec.ReadReply(ref reader);
            },
            Throws.InstanceOf<WireFormatException>());
    }

    [Test]
    public void Random_slot_tables_can_be_reported_to_Redis()
    {
        var folder = Directory.CreateTempSubdirectory("qcluster-slots-");
        try
        {
            var path = Path.Combine(folder.FullName, "slots");
            using var slots = SlotTable.Create(path, 16);
            var describer = new ClusterDescriber(new ClusterOptions(), TimeProvider.System);
            for (var seed = 0; seed < 200; seed++)
            {
                var bytes = new byte[new FileInfo(path).Length];
                new Random(seed).NextBytes(bytes);
                using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
                    file.Write(bytes);
                foreach (var task in slots.Running(writerIsDead: true))
                {
                    foreach (var odd in new[] { task, task with { Progress = double.PositiveInfinity } })
                        Assert.That(JsonSerializer.Serialize(describer.Describe(0, odd, 0)), Does.Contain("Id"));
                }
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestCase(1)]
    [TestCase(2)]
    public async Task A_random_stream_only_closes_the_connection(int seed)
    {
        var folder = Directory.CreateTempSubdirectory("qcluster-fuzz-");
        try
        {
            var path = Path.Combine(folder.FullName, "s");
            using var listener = LocalSocket.Listen(path);
            var random = new Random(seed);
            for (var round = 0; round < 100; round++)
            {
                using var sender = LocalSocket.TryConnect(path)!;
                var closed = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
                using var connection = new FrameConnection(await listener.AcceptAsync(), 10_000);
                connection.Start("fuzz", (_, _, body) => AttemptRef.ReadAll(body), (_, error) => closed.TrySetResult(error));
                var bytes = new byte[random.Next(5000)];
                random.NextBytes(bytes);
                if (random.Next(2) == 0 && bytes.Length > 3)
                    bytes[0] = bytes[1] = bytes[2] = 0;
                try
                {
                    sender.Send(bytes);
                }
                catch (SocketException)
                {
                    // It was closed before it had all.
                }

                sender.Dispose();
                var error = await closed.Task.WaitAsync(TimeSpan.FromSeconds(10));
                Assert.That(error, Is.Null.Or.InstanceOf<WireFormatException>());
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
