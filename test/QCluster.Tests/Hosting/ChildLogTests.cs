using System.Globalization;
using Microsoft.Extensions.Logging;
using QCluster.Hosting.Logging;
using QCluster.Hosting.Sentinel;
using QCluster.Tests.Functions;

namespace QCluster.Tests.Hosting;

/// <summary>What a process of the cluster logs, on its way to the sentinel's log.</summary>
internal sealed class ChildLogTests
{
    private static ChildLogEntry Passed<TState>(TState state, Exception? exception = null, Func<TState, Exception?, string>? formatter = null, params object[] scopes)
    {
        var provider = new LoggerExternalScopeProvider();
        var open = scopes.Select(s => provider.Push(s)).ToArray();
        var bytes = ChildLogWriter.Write(LogLevel.Error, "shop.order", new EventId(7, "Sold"), state, exception, formatter ?? ((s, _) => $"{s}"), provider);
        foreach (var scope in open.Reverse())
            scope.Dispose();
        Assert.That(bytes, Has.Length.LessThan(1 << 20), "a control frame");
        return ChildLogEntry.Read("worker 0", bytes);
    }

    [Test]
    public void An_entry_arrives_unchanged()
    {
        KeyValuePair<string, object?>[] values = [new("Order", 4711), new("Price", 9.5), new("Paid", true), new("Note", null), new("{OriginalFormat}", "sold")];
        var entry = Passed(values, new IOException("disk"), (_, _) => "sold 4711", "plain", new Dictionary<string, object?>(StringComparer.Ordinal) { ["Tenant"] = "a" });
        Assert.Multiple(() =>
        {
            Assert.That((entry.Process, entry.Level, entry.Category, entry.Event.Id, entry.Event.Name, entry.Message), Is.EqualTo(("worker 0", LogLevel.Error, "shop.order", 7, "Sold", "sold 4711")));
            Assert.That(entry, Is.EqualTo(new KeyValuePair<string, object?>[] { new("Order", 4711L), new("Price", 9.5), new("Paid", true), new("Note", null), new("{OriginalFormat}", "sold") }));
            Assert.That(entry.Scopes.Select(s => (s.ToString(), s.Count)), Is.EqualTo(new[] { ("plain", 0), (entry.Scopes[1].ToString(), 1) }));
            Assert.That(entry.Scopes[1][0], Is.EqualTo(new KeyValuePair<string, object?>("Tenant", "a")));
            Assert.That(entry.Exception!.ToString(), Is.EqualTo("System.IO.IOException: disk"));
        });
    }

    [Test]
    public void Unreadable_objects_fail_no_call()
    {
        var entry = Passed(new KeyValuePair<string, object?>[] { new("Mute", new MuteException()) }, new MuteException(), (_, _) => throw new MuteException(), new MuteException());
        Assert.That(entry.Message, Is.EqualTo("(this could not be written down: MuteException)"));
        Assert.That(entry.Exception!.Message, Does.StartWith($"{typeof(MuteException)}: (its message could not be read"));
        Assert.That(entry.Single().Value, Does.Contain("could not be read"));
    }

    [Test]
    public void The_size_of_an_entry_is_bounded()
    {
        var huge = new string('語', 50_000);
        var values = Enumerable.Range(0, 100).Select(i => new KeyValuePair<string, object?>($"{i}{huge}", huge)).ToArray();
        var entry = Passed(values, new IOException(huge), (_, _) => huge, [.. Enumerable.Repeat<object>(values, 100)]);
        Assert.That((entry.Message.Length, entry.Exception!.Message.Length, entry.Count, entry.Scopes.Count), Is.EqualTo((8_000, 16_000, 0, 0)));
        entry = Passed(values[..50], null, (_, _) => "many");
        Assert.That((entry.Count, ((string)entry[0].Value!).Length), Is.EqualTo((32, 1_000)));
    }

    [Test]
    public void Any_bytes_give_an_entry_or_a_clear_error()
    {
        var random = new Random(1);
        var good = ChildLogWriter.Write(LogLevel.Information, "a", default, "b", null, static (s, _) => s, null);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = (byte[])good.Clone();
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                ChildLogEntry.Read("worker 0", bytes);
            }
            catch (QClusterException)
            {
                // Refused.
            }
        }
    }

    [Test]
    public async Task Long_lines_of_stderr_are_cut_and_each_line_is_one_entry()
    {
        var text = "one\r\n" + new string('x', 10_000_000) + "\n\nlast " + 3.ToString(CultureInfo.InvariantCulture);
        var lines = new List<string>();
        using var output = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        await ErrorOutput.ReadAsync(output, lines.Add);
        Assert.That(lines, Is.EqualTo(new[] { "one", new string('x', 2_000) + "... (cut: 9998000 more bytes)", "", "last 3" }));
    }
}
