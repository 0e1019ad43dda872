using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using QCluster.Wire.Primitives;

namespace QCluster.Tests.Wire;

/// <summary>Keeps docs/wire-format.md true: the keys and MACs are computed here step by step, as another language would.</summary>
public sealed class WireFormatDocumentTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "wire-format.md"));

    [Test]
    public void The_worked_task_is_what_the_code_writes()
    {
        var key = HMACSHA256.HashData("secret"u8, "qcluster/1/task/default"u8);
        var body = Pack.Bytes(static (ref writer) =>
        {
            writer.WriteArrayHeader(4);
            writer.WriteText("math.copysign");
            writer.WriteRaw(Pack.Of<object?[]>([2, -2]));
            writer.WriteNil();
            writer.WriteNil();
        });
        byte[] input = [.. Samples.Id.ToBytes(), 1, 0, .. body];
        var mac = HMACSHA256.HashData(key, input);
        using var signer = Samples.Signer();
        var element = Samples.Element(Samples.SmallPacket(), signer);

        Assert.That(element, Is.EqualTo((byte[])[1, 0, 0, 1, .. Samples.Id.ToBytes(), 0x94, 1, 0, 0xC4, 32, .. mac, 0xC4, (byte)body.Length, .. body]));
        AssertShown(key, body, input, mac, element);
    }

    [Test]
    public void The_worked_outcome_is_what_the_code_writes()
    {
        var key = HMACSHA256.HashData("secret"u8, "qcluster/1/outcome/default"u8);
        using var signer = Samples.Signer();
        var record = Samples.Record(Samples.Success(), signer);
        var body = record[39..];
        var mac = HMACSHA256.HashData(key, (byte[])[.. Samples.Id.ToBytes(), 1, 0, .. body]);

        Assert.That(record, Is.EqualTo((byte[])[0x94, 1, 0, 0xC4, 32, .. mac, 0xC4, (byte)body.Length, .. body]));
        AssertShown(key, body, mac, record);
    }

    [Test]
    public void The_numbers_shown_are_what_the_code_writes() =>
        AssertShown(Pack.Of(2.5m), Pack.Of(1.10m), Pack.Of(BigInteger.Pow(2, 70)));

    [Test]
    public void The_marked_value_shown_is_what_the_code_writes() =>
        AssertShown(Pack.Of(new Reading(7, 1.5, DateTime.UnixEpoch) { Note = "ž" }));

    private static void AssertShown(params byte[][] shown)
    {
        var page = new StringBuilder(Page).Replace(" ", "").Replace("\n", "").ToString();
        foreach (var bytes in shown)
            Assert.That(page, Does.Contain(Convert.ToHexStringLower(bytes)));
    }

    internal static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Cluster.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"No Cluster.sln above {AppContext.BaseDirectory}.");
        return folder.FullName;
    }
}
