using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Roles;

internal sealed class StderrLoggerProvider : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider _scopes = new TaskScopes(new LoggerExternalScopeProvider());

    public ILogger CreateLogger(string categoryName) => new StderrLogger(categoryName, _scopes);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = new TaskScopes(scopeProvider);

    public void Dispose()
    {
        // Nothing is held.
    }
}
