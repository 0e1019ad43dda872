using System.Net.Sockets;

namespace QCluster.Hosting.Channels;

/// <summary>Listening on and connecting to the sockets in a cluster's private folder.</summary>
internal static class LocalSocket
{
    public static Socket Listen(string path)
    {
        // Left by a predecessor of this process that was killed; the folder is the cluster's own.
        File.Delete(path);
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        socket.Listen(512);
        return socket;
    }

    /// <summary>Connects. Null if no process listens there (yet).</summary>
    public static Socket? TryConnect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Accepts connections on its own thread until the socket is disposed.</summary>
    public static void AcceptInBackground(Socket listener, string name, Action<Socket> accepted)
    {
        new Thread(() =>
        {
            while (true)
            {
                Socket socket;
                try
                {
                    socket = listener.Accept();
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException)
                {
                    return;
                }

                accepted(socket);
            }
        })
        { IsBackground = true, Name = name }.Start();
    }
}
