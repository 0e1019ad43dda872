using System.Text;
using Garnet.networking;
using Garnet.server;

namespace QCluster.Embedded.Serving;

/// <summary>The server's own requests.</summary>
internal sealed class OwnSession
{
    private readonly IMessageConsumer _session;
    private readonly ReplySink _sink;

    public OwnSession(ISessionProvider provider, string? password)
    {
        _sink = new ReplySink("127.0.0.1:0", static () => { }, static () => { });
        _session = provider.GetSession(WireFormat.ASCII, _sink);
        if (password is not null)
            Ask(BlockedPops.Request(["AUTH"u8.ToArray(), Encoding.UTF8.GetBytes(password)]));
    }

    /// <summary>The answer, which is there until the next question.</summary>
    public unsafe ReadOnlyMemory<byte> Ask(byte[] request)
    {
        _sink.Target.Clear();
        fixed (byte* bytes = request)
            _session.TryConsumeMessages(bytes, request.Length);
        return _sink.Target.Memory;
    }
}
