using System.Net;
using System.Net.Sockets;

namespace QCluster.TestSupport;

/// <summary>A TCP port of this machine that nobody listened to a moment ago.</summary>
public static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
