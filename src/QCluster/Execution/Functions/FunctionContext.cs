using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace QCluster.Execution.Functions;

/// <summary>The part of a task's context that belongs to the call: its services and its logger, both made at first use only.</summary>
internal abstract class FunctionContext(IServiceProvider root) : TaskContext
{
    private IServiceScope? _scope;
    private bool _released;
    private ILogger? _logger;

    public IServiceProvider Root { get; } = root;

    /// <summary>The record of the task whose hook this is; null for other tasks.</summary>
    public virtual TaskRecord? HookedRecord => null;

    /// <summary>The records of the set whose callback this is; null for other tasks.</summary>
    public TaskRecord[]? Members { get; set; }

    /// <summary>True if the host adds a scope with the task to all log entries of the task.</summary>
    public virtual bool IsLogScoped => false;

    public bool HoldsScope => Volatile.Read(ref _scope) is not null;

    public sealed override IServiceProvider Services
    {
        get
        {
            ObjectDisposedException.ThrowIf(_released, this);
            return (Volatile.Read(ref _scope) ?? Open()).ServiceProvider;
        }
    }

    public sealed override ILogger Logger => _logger ??= new TaskLogger(Loggers.CreateLogger(Func), this);

    public ILoggerFactory Loggers => Root.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;

    public ValueTask ReleaseAsync()
    {
        _released = true;
        switch (Interlocked.Exchange(ref _scope, null))
        {
            case IAsyncDisposable scope:
                return scope.DisposeAsync();
            case { } scope:
                scope.Dispose();
                return default;
            default:
                return default;
        }
    }

    private IServiceScope Open()
    {
        var scope = Root.GetRequiredService<IServiceScopeFactory>().CreateScope();
        var first = Interlocked.CompareExchange(ref _scope, scope, null);
        if (first is null)
            return scope;
        scope.Dispose();
        return first;
    }
}
