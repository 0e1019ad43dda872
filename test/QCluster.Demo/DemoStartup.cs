using MessagePack;
using MessagePack.Resolvers;
using Microsoft.Extensions.DependencyInjection;

namespace QCluster.Demo;

/// <summary>Decimals of marked types travel in 16 bytes, where the standard resolver has text.</summary>
public sealed class DemoStartup : IAppStartup
{
    public void ConfigureServices(IServiceCollection services) => services.AddSingleton(
        MessagePackSerializerOptions.Standard.WithResolver(CompositeResolver.Create(NativeDecimalResolver.Instance, StandardResolver.Instance)));
}
