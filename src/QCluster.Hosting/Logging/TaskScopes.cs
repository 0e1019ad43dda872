using Microsoft.Extensions.Logging;
using QCluster.Execution.Functions;

namespace QCluster.Hosting.Logging;

/// <summary>Scopes with that of the running task outermost. It is made when something is logged, so tasks that log nothing pay nothing.</summary>
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
