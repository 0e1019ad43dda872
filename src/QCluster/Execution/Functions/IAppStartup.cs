using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace QCluster;

/// <summary>
/// Adds services and functions of an assembly loaded with <c>--app</c> to its <see cref="TaskFunctionAttribute">task functions</see>. The worker
/// creates one object of the class, which must have a public parameterless constructor. It is found by this interface, or, if an
/// assembly has several, by <see cref="AppStartupAttribute"/>. An exception from it stops the cluster with exit code 1.
/// </summary>
public interface IAppStartup
{
    /// <summary>Registers the services that the functions need. Does nothing unless implemented.</summary>
    /// <param name="services">The services of the worker process.</param>
    void ConfigureServices(IServiceCollection services)
    {
    }

    /// <summary>Configures the mapping of arguments and results: converters, naming, source-generated contexts. Clients need the same (<see cref="QClusterOptions.Json"/>). Does nothing unless implemented.</summary>
    /// <param name="json">The settings of the worker process, which all its apps share.</param>
    void ConfigureJson(JsonSerializerOptions json)
    {
    }

    /// <summary>Registers functions without an attribute, such as those of a library. Does nothing unless implemented.</summary>
    /// <param name="functions">The functions of the worker process.</param>
    void ConfigureFunctions(FunctionRegistry functions)
    {
    }
}
