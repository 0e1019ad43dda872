using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Logging;

/// <summary>The log of a worker that the tool started.</summary>
internal sealed class ChildLoggerProvider(ChildLog log) : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider _scopes = new TaskScopes(new LoggerExternalScopeProvider());

    public ILogger CreateLogger(string categoryName) => new ChildLogger(log, categoryName, _scopes);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = new TaskScopes(scopeProvider);

    public void Dispose()
    {
        // The log is the process's own.
    }
}
