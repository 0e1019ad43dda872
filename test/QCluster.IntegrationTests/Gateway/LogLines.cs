using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace QCluster.IntegrationTests.Gateway;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogLines : ILogger
{
    private readonly ConcurrentQueue<(EventId Event, string Text)> _lines = new();

    public IReadOnlyList<string> Of(int eventId) => [.. _lines.Where(l => l.Event.Id == eventId).Select(l => l.Text)];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((eventId, formatter(state, exception)));
}
