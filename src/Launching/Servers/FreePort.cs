using System.Net;
using System.Net.Sockets;

namespace QCluster.Launching.Servers;

/// <summary>Finds a TCP port of this machine without a listener at that moment.</summary>
internal static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
