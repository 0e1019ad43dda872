using Microsoft.Extensions.DependencyInjection;

namespace QCluster.Execution.Functions;

/// <summary>The services of programs without dependency injection: none.</summary>
internal sealed class EmptyServices : IServiceProvider, IServiceProviderIsService, IServiceScopeFactory, IServiceScope
{
    public static readonly EmptyServices Instance = new();

    public IServiceProvider ServiceProvider => this;

    public object? GetService(Type serviceType) =>
        serviceType == typeof(IServiceProviderIsService) || serviceType == typeof(IServiceScopeFactory) || serviceType == typeof(IServiceProvider) ? this : null;

    public bool IsService(Type serviceType) => false;

    public IServiceScope CreateScope() => this;

    public void Dispose()
    {
        // Nothing is held.
    }
}
