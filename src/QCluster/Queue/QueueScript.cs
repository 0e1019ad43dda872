using QCluster.Redis;

namespace QCluster.Queue;

/// <summary>A script that a client may run on one queue, and the form of its call. Each is safe to repeat. The class of its subject has the only instance.</summary>
/// <param name="name">The name of its file.</param>
/// <param name="key">Its key: a <see cref="KeySuffix"/>. If that is a beginning, the name of the call follows.</param>
internal sealed class QueueScript(string name, string key)
{
    private RedisScript? _script;

    public string Name => name;

    public string Key => key;

    /// <summary>The client library does not tell whether a reply is a list.</summary>
    public bool ReturnsList { get; init; }

    /// <summary>True if every cluster calls it at regular times for each of its queues: concurrent calls are joined.</summary>
    public bool IsJoined { get; init; }

    /// <summary>True if the queue must be added to the list of queues first: it may have nothing else yet.</summary>
    public bool Announces { get; init; }

    /// <summary>For a script that waits: tells whether a reply ends the wait.</summary>
    public Func<ScriptReply, bool> IsOver { get; init; } = static reply => reply[0].Number == 1;

    /// <summary>For a script that waits: makes the last reply from the message that ends the wait. Null: the script runs again.</summary>
    public Func<ReadOnlyMemory<byte>, ScriptReply>? FromMessage { get; init; }

    /// <summary>The text of the script. A worker does not load it: its scripts run through the pusher.</summary>
    public RedisScript Script => _script ??= RedisScript.Load(name);

    public override string ToString() => name;
}
