using System.Diagnostics;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;

namespace QCluster.Tests.Wire;

/// <summary>Damages valid bytes in every way, and allows one answer only: the value, or a <see cref="WireFormatException"/>.</summary>
public sealed class MutationTests
{
    private const int Rounds = 40_000;
    private const int AllocationPerRound = 2_000_000;
    private const int SlowestRoundMilliseconds = 2_000;

    private static readonly WireLimits Limits = new() { MaxLength = 64 * 1024 };

    private static readonly Type[] Types =
    [
        typeof(object), typeof(int), typeof(ulong), typeof(double), typeof(float), typeof(decimal), typeof(System.Numerics.BigInteger), typeof(string), typeof(byte[]), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset),
        typeof(TimeSpan), typeof(Uri), typeof(char), typeof(Colour), typeof(Size), typeof(int[]), typeof(List<string>), typeof(Dictionary<string, int>), typeof(Dictionary<string, object>), typeof(object[]), typeof(Order), typeof(Order[]), typeof(Shape),
        typeof((int, string)), typeof(int?), typeof(System.Text.Json.JsonElement), typeof(Everything), typeof(Dictionary<int, List<double>>),
        typeof(Reading), typeof(Batch), typeof(Point?), typeof(IAnimal), typeof(Reading[]), typeof(Dictionary<string, Reading>), typeof(Links),
    ];

    private static readonly object?[] Values =
    [
        1, -70_000, ulong.MaxValue, 1.5, 12.50m, System.Numerics.BigInteger.Pow(7, 100), "text", new byte[300], Guid.Empty.ToString(), DateTimeOffset.UnixEpoch, new[] { 1, 2, 3 }, new[] { "a", "b" },
        new Order(1, "c", 1.10m, DateTimeOffset.UnixEpoch, [new("p", 1, null), new("q", 2, 5m)]), new Dictionary<string, object?> { ["a"] = new object?[] { 1, null, 2.5 }, ["b"] = new byte[] { 1 } },
        (1, "two"), TaskArgument.As<Shape>(new Circle(2)), new Dictionary<int, List<double>> { [1] = [1.5, 2] },
        new Reading(1, 2, DateTime.UnixEpoch) { Note = "n" }, new Batch { Name = "b", Readings = [new(1, 2, DateTime.UnixEpoch)], Any = 5, ByName = [] }, new Dog("Rex", 1),
        new Everything([1], Guid.Empty, TimeSpan.Zero, DateTime.UnixEpoch, DateOnly.MinValue, TimeOnly.MinValue, new Uri("a", UriKind.Relative), 'x', Colour.Red, Size.Large, 1, (Half)1, 1, 1, 1, null, (1, "x"), null),
    ];

    [TestCase(1)]
    [TestCase(2)]
    public void A_damaged_task_is_refused_or_read(int seed)
    {
        using var signer = Samples.Signer();
        var big = new TaskPacket { Id = Samples.Id, Func = "f", Args = Pack.Of<object?[]>([.. Enumerable.Range(0, 400).Select(static i => (object?)(i % 7))]) };
        byte[][] bases = [Samples.Element(Samples.FullPacket()), Samples.Element(Samples.SmallPacket()), Samples.Element(Samples.FullPacket(), signer), Samples.Element(big, compress: true)];
        Run(seed, bases, static (bytes, _) =>
        {
            var packet = TaskPacket.Read(bytes, "default", Samples.Format(limits: Limits));
            Pack.Untyped(packet.Args.ToArray());
        });
    }

    [Test]
    public void A_damaged_outcome_is_refused_or_read()
    {
        byte[] withElement = [.. Samples.Record(Samples.Success()), .. Samples.Element(Samples.FullPacket())];
        byte[][] bases = [withElement, Samples.Record(Samples.Failure()), Samples.Record(Samples.Success(new string('x', 1000)), compress: true)];
        Run(3, bases, static (bytes, _) =>
        {
            var outcome = TaskOutcome.Read(bytes, Samples.Id, Samples.Format(limits: Limits), out var element);
            Pack.Untyped(outcome.Value.ToArray());
            if (TaskElement.TryRead(element.Span, out var _))
                TaskElement.EnvelopeOf(element, out var _);
        });
    }

    [TestCase(4)]
    [TestCase(5)]
    public void A_damaged_value_is_refused_or_read_as_any_type(int seed)
    {
        var bases = Values.Select(static value => Pack.Of<object?>(value)).ToArray();
        Run(seed, bases, static (bytes, random) =>
        {
            var reader = new WireReader(bytes, Limits);
            Pack.Serializer.Read(ref reader, Types[random.Next(Types.Length)]);
        });
    }

    [Test]
    public void Random_bytes_are_refused_or_read()
    {
        Run(6, [[]], static (_, random) =>
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            var reader = new WireReader(bytes, Limits);
            Pack.Serializer.Read(ref reader, Types[random.Next(Types.Length)]);
        });
    }

    private static void Run(int seed, byte[][] bases, Action<byte[], Random> read)
    {
        var random = new Random(seed);
        var accepted = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = Mutate(bases, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = Stopwatch.GetTimestamp();
            try
            {
                read(bytes, random);
                accepted++;
            }
            catch (WireFormatException e)
            {
                Assert.That(e.Message, Is.Not.Empty);
            }
            catch (Exception e)
            {
                Assert.Fail($"Round {round} of seed {seed}: {Convert.ToHexString(bytes)} gave {e}");
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (allocated > AllocationPerRound || Stopwatch.GetElapsedTime(started).TotalMilliseconds > SlowestRoundMilliseconds)
                Assert.Fail($"Round {round} of seed {seed}: {Convert.ToHexString(bytes)} took {allocated} bytes and {Stopwatch.GetElapsedTime(started)}");
        }

        Assert.That(accepted, Is.LessThan(Rounds), "some damage is seen");
    }

    private static byte[] Mutate(byte[][] bases, Random random)
    {
        var bytes = bases[random.Next(bases.Length)].ToList();
        for (var step = random.Next(1, 5); step > 0; step--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(7))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.RemoveRange(at, random.Next(Math.Min(8, bytes.Count - at) + 1));
                    break;
                case 4:
                    bytes.Insert(at, (byte)random.Next(256));
                    break;
                case 5:
                    var other = bases[random.Next(bases.Length)];
                    var start = random.Next(other.Length + 1);
                    bytes.InsertRange(at, other[start..random.Next(start, other.Length + 1)]);
                    break;
                default:
                    // The codes that announce lengths, followed by large ones.
                    bytes.InsertRange(at, [(byte)random.Next(0xC4, 0xE0), 0xFF, (byte)random.Next(256), 0xFF, 0xFF]);
                    break;
            }
        }

        return [.. bytes];
    }
}
