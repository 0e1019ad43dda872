using Microsoft.Extensions.Logging;
using QCluster.Execution.Functions;

namespace QCluster.Hosting.Logging;

/// <summary>Adds the running task as the outermost scope. It is created when something is logged, so tasks without log entries pay nothing.</summary>
internal sealed class TaskScopes(IExternalScopeProvider scopes) : IExternalScopeProvider
{
    public void ForEachScope<TState>(Action<object?, TState> callback, TState state)
    {
        if (TaskContext.Current is { } task)
            callback(new TaskScope(task.Id, task.Func, task.Attempt), state);
        scopes.ForEachScope(callback, state);
    }

    public IDisposable Push(object? state) => scopes.Push(state);
}
