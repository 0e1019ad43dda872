using Microsoft.Extensions.Logging;

namespace QCluster.Execution.Functions;

/// <summary>Adds a scope with the task to each entry, unless there is one; a task without log entries pays nothing.</summary>
internal class TaskLogger(ILogger inner, FunctionContext task) : ILogger
{
    private TaskScope? _scope;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => inner.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => inner.IsEnabled(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!inner.IsEnabled(logLevel))
            return;
        // On a thread without a flowing context the task is not known.
        if (task.IsLogScoped && ReferenceEquals(TaskContext.Current, task))
        {
            inner.Log(logLevel, eventId, state, exception, formatter);
            return;
        }

        using (inner.BeginScope(_scope ??= new TaskScope(task.Id, task.Func, task.Attempt)))
            inner.Log(logLevel, eventId, state, exception, formatter);
    }
}
