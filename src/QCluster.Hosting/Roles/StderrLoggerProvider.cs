using Microsoft.Extensions.Logging;

namespace QCluster.Hosting.Roles;

internal sealed class StderrLoggerProvider : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new StderrLogger(categoryName);

    public void Dispose()
    {
        // Nothing is held.
    }
}
