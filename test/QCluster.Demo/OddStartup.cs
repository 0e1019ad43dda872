using Microsoft.Extensions.DependencyInjection;

namespace QCluster.Demo;

/// <summary>A start that goes wrong as the environment variable ODD_STARTUP says: throw, exit, or not at all.</summary>
public sealed class OddStartup : IAppStartup
{
    /// <inheritdoc />
    public void ConfigureServices(IServiceCollection services)
    {
        switch (Environment.GetEnvironmentVariable("ODD_STARTUP"))
        {
            case "throw":
                throw new InvalidOperationException("the settings of the shop are missing");
            case "exit":
                Console.Error.WriteLine("the shop has no licence");
                Environment.Exit(3);
                break;
        }
    }

    /// <inheritdoc />
    public void ConfigureFunctions(FunctionRegistry functions)
    {
        // Its functions have attributes.
    }
}
