using Microsoft.Extensions.Logging;

namespace QCluster.Functions;

/// <summary>Puts what is known of the task around each entry; a task that logs nothing pays nothing.</summary>
internal class TaskLogger(ILogger inner, TaskContext task) : ILogger
{
    private KeyValuePair<string, object>[]? _state;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!inner.IsEnabled(logLevel))
            return;
        using (inner.BeginScope(_state ??= [new("TaskId", task.Id), new("TaskFunction", task.Func), new("TaskAttempt", task.Attempt)]))
            inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
