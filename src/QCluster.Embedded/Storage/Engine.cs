using Garnet;
using Garnet.server;
using Microsoft.Extensions.Logging;

namespace QCluster.Embedded.Storage;

/// <summary>Garnet, with its store in reach.</summary>
internal sealed class Engine(GarnetServerOptions options, ILoggerFactory? loggers, IGarnetServer server) : GarnetServer(options, loggers, [server])
{
    public StoreWrapper Wrapper => storeWrapper;
}
