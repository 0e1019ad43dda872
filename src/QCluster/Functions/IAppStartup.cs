using Microsoft.Extensions.DependencyInjection;

namespace QCluster;

/// <summary>
/// What an assembly loaded with <c>--app</c> brings besides its <see cref="TaskFunctionAttribute">task functions</see>. The worker
/// makes one object of the class, which must have a public parameterless constructor. It is found by this interface, or, if an
/// assembly has several, by <see cref="AppStartupAttribute"/>. What it throws stops the cluster, with exit code 1.
/// </summary>
public interface IAppStartup
{
    /// <summary>Registers the services that the functions need. Does nothing unless implemented.</summary>
    /// <param name="services">The services of the worker process.</param>
    void ConfigureServices(IServiceCollection services)
    {
    }

    /// <summary>Registers functions that carry no attribute, such as a library's. Does nothing unless implemented.</summary>
    /// <param name="functions">The functions of the worker process.</param>
    void ConfigureFunctions(FunctionRegistry functions)
    {
    }
}
