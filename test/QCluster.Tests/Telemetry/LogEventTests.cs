using System.Reflection;
using Microsoft.Extensions.Logging;
using QCluster.Hosting;

namespace QCluster.Tests.Telemetry;

/// <summary>Whoever filters logs by event number must be able to rely on it.</summary>
public sealed class LogEventTests
{
    [Test]
    public void Every_log_event_has_a_number_of_its_own()
    {
        var events = new[] { typeof(QClusterClient).Assembly, typeof(ClusterOptions).Assembly }
            .SelectMany(a => a.GetTypes())
            .SelectMany(t => t.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Select(m => (Method: $"{m.DeclaringType!.Name}.{m.Name}", m.GetCustomAttribute<LoggerMessageAttribute>()?.EventId))
            .Where(m => m.EventId is not null)
            .ToArray();
        Assert.That(events, Has.Length.GreaterThan(40));
        Assert.That(events.Select(e => e.EventId), Is.All.GreaterThan(1000), "a number for each");
        Assert.That(events.GroupBy(e => e.EventId).Where(g => g.Count() > 1).Select(g => string.Join(" and ", g.Select(e => e.Method))), Is.Empty);
    }
}
