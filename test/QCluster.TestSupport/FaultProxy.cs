using System.Net;
using System.Net.Sockets;
using System.Text;

namespace QCluster.TestSupport;

/// <summary>A TCP proxy in front of a Redis that loses replies, commands and connections when it is told to.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _host;
    private readonly int _port;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly List<FaultProxyConnection> _open = [];
    private readonly List<PlannedFault> _faults = [];
    private readonly Task _accepting;
    private TaskCompletionSource? _frozen;
    private int _accepted;

    public FaultProxy(int port, string host = "127.0.0.1")
    {
        _host = host;
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Endpoint => $"127.0.0.1:{Port}";

    /// <summary>How many connections there have been.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>How many connections there are.</summary>
    public int Open
    {
        get
        {
            lock (_gate) return _open.Count;
        }
    }

    /// <summary>How long each command is held before it is passed on.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>New connections are closed as soon as they are accepted.</summary>
    public bool Refusing { get; set; }

    /// <summary>Swallows the reply of the n-th command from now on, whatever it is. The task ends when it has happened.</summary>
    public Task CutReply(int nth = 1) => Plan(Fault.CutReply, static _ => true, nth);

    /// <summary>Swallows the reply of the n-th command from now on that contains the text, such as a script's hash or a key. Case is ignored.</summary>
    public Task CutReplyTo(string text, int nth = 1) => Plan(Fault.CutReply, Contains(text), nth);

    /// <summary>Closes the connection instead of passing on the reply to the n-th call of a script from now on, by its hash or by its text.</summary>
    public Task CutReplyToScript(string hash, string text, int nth = 1)
    {
        var (byHash, byText) = (Contains(hash), Contains(text));
        return Plan(Fault.CutReply, command => byHash(command) || byText(command), nth);
    }

    /// <summary>Closes the connection on which the n-th command from now on that contains the text came, without passing it on.</summary>
    public Task CutRequest(string text, int nth = 1) => Plan(Fault.CutRequest, Contains(text), nth);

    /// <summary>Does the fault to the n-th command from now on whose bytes satisfy the predicate, once.</summary>
    public Task Plan(Fault fault, Func<ReadOnlyMemory<byte>, bool> match, int nth = 1)
    {
        var planned = new PlannedFault(fault, match, nth);
        lock (_gate) _faults.Add(planned);
        return planned.Happened.Task;
    }

    /// <summary>Forgets the faults that have not happened.</summary>
    public void Forget()
    {
        lock (_gate) _faults.Clear();
    }

    /// <summary>Passes nothing on in either direction, but keeps accepting and closes nothing: a server, or network, that went silent.</summary>
    public void Freeze()
    {
        lock (_gate) _frozen ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void Thaw()
    {
        TaskCompletionSource? frozen;
        lock (_gate)
        {
            frozen = _frozen;
            _frozen = null;
        }

        frozen?.TrySetResult();
    }

    /// <summary>Closes every connection now.</summary>
    public void DropAll()
    {
        FaultProxyConnection[] open;
        lock (_gate) open = [.. _open];
        foreach (var connection in open) connection.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        DropAll();
        Thaw();
        await _accepting;
        await Eventually.IsTrue(() => Open == 0);
        _stop.Dispose();
    }

    internal async Task PassAsync(bool isRequest)
    {
        if (isRequest && Delay > TimeSpan.Zero) await Task.Delay(Delay, _stop.Token);
        while (true)
        {
            Task? frozen;
            lock (_gate) frozen = _frozen?.Task;
            if (frozen is null) return;
            await frozen.WaitAsync(_stop.Token);
        }
    }

    internal PlannedFault? FaultFor(ReadOnlyMemory<byte> command)
    {
        lock (_gate)
        {
            foreach (var fault in _faults)
            {
                if (!fault.Match(command) || --fault.Left > 0) continue;
                _faults.Remove(fault);
                return fault;
            }
        }

        return null;
    }

    private static Func<ReadOnlyMemory<byte>, bool> Contains(string text)
        => command => Encoding.Latin1.GetString(command.Span).Contains(text, StringComparison.OrdinalIgnoreCase);

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException or InvalidOperationException)
            {
                // The listener is closed: the proxy is being disposed of.
                return;
            }

            Interlocked.Increment(ref _accepted);
            if (Refusing) client.Dispose();
            else _ = RunAsync(client);
        }
    }

    private async Task RunAsync(Socket client)
    {
        var connection = new FaultProxyConnection(this, client);
        lock (_gate) _open.Add(connection);
        try
        {
            await connection.RunAsync(_host, _port, _stop.Token);
        }
        finally
        {
            connection.Close();
            lock (_gate) _open.Remove(connection);
        }
    }

    internal sealed class PlannedFault(Fault kind, Func<ReadOnlyMemory<byte>, bool> match, int left)
    {
        public Fault Kind { get; } = kind;

        public Func<ReadOnlyMemory<byte>, bool> Match { get; } = match;

        public int Left { get; set; } = left;

        public TaskCompletionSource Happened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
