using QCluster.Launching.Servers;
using Testcontainers.PostgreSql;

namespace QCluster.TestSupport.Containers;

/// <summary>A PostgreSQL in a container.</summary>
internal sealed class PostgresContainerServer : PostgresServer
{
    private readonly PostgreSqlContainer _container;

    private PostgresContainerServer(PostgreSqlContainer container)
    {
        _container = container;
        Port = container.GetMappedPublicPort(PostgreSqlBuilder.PostgreSqlPort);
    }

    public override int Port { get; }

    public static new async Task<PostgresServer> StartAsync()
    {
        var server = new PostgresContainerServer(await ServerContainers.StartAsync(static () => new PostgreSqlBuilder(ContainerEngine.PostgresImage)
            .WithUsername(User).WithPassword(Password).WithDatabase(Database)
            .Publish(FreePort.Next(), PostgreSqlBuilder.PostgreSqlPort)
            .Build()));
        try
        {
            await server.WaitUntilReadyAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public override async Task StartAgainAsync()
    {
        await ServerContainers.StartAgainAsync(_container);
        await WaitUntilReadyAsync();
    }

    public override Task StopAsync() => _container.StopAsync();

    public override ValueTask DisposeAsync() => _container.DisposeAsync();
}
