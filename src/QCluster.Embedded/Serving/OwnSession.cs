using System.Text;
using Garnet.networking;
using Garnet.server;

namespace QCluster.Embedded.Serving;

/// <summary>The server's own requests.</summary>
internal sealed class OwnSession
{
    private const string Sample = """
        local key = KEYS[1]
        redis.call('RPUSH', key, struct.pack('>I4d', 1, 2)) redis.call('LLEN', key) redis.call('LRANGE', key, 0, -1) redis.call('LPOP', key, 2) redis.call('DEL', key)
        redis.call('HSET', key, 'a', '1', 'b', '2') redis.call('HSETNX', key, 'a', '1') redis.call('HGET', key, 'a') redis.call('HMGET', key, 'a', 'b')
        redis.call('HINCRBY', key, 'a', 1) redis.call('HEXISTS', key, 'a') redis.call('HDEL', key, 'a') redis.call('PEXPIRE', key, 1000) redis.call('DEL', key)
        redis.call('ZADD', key, 1, 'a') redis.call('ZRANGE', key, 0, 0, 'WITHSCORES') redis.call('ZRANGEBYSCORE', key, '-inf', 1) redis.call('ZREM', key, 'a')
        redis.call('SET', key, '1', 'PX', 1000) redis.call('GET', key) redis.call('EXISTS', key, key) redis.call('TIME') redis.call('PUBLISH', key, '1') redis.call('DEL', key)
        return { 1, { 'a', false } }
        """;

    private readonly IMessageConsumer _session;
    private readonly ReplySink _sink;

    public OwnSession(ISessionProvider provider, string? password)
    {
        _sink = new ReplySink("127.0.0.1:0", static () => { }, static () => { });
        _session = provider.GetSession(WireFormat.ASCII, _sink);
        if (password is not null)
            Ask(BlockedPops.Request(["AUTH"u8.ToArray(), Encoding.UTF8.GetBytes(password)]));
    }

    /// <summary>
    /// Runs a script once that does what most scripts do, and leaves nothing behind: the code for it is compiled now, and the first client does not take the
    /// server for unresponsive.
    /// </summary>
    public void WarmUp() => Ask(BlockedPops.Request(["EVAL"u8.ToArray(), Encoding.ASCII.GetBytes(Sample), "1"u8.ToArray(), "qcluster:warm"u8.ToArray()]));

    /// <summary>The answer, which is there until the next question.</summary>
    public unsafe ReadOnlyMemory<byte> Ask(byte[] request)
    {
        _sink.Target.Clear();
        fixed (byte* bytes = request)
            _session.TryConsumeMessages(bytes, request.Length);
        return _sink.Target.Memory;
    }
}
