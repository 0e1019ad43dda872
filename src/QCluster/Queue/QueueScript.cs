using QCluster.Redis;

namespace QCluster.Queue;

/// <summary>A script that a client may run on one queue, and the form of its call. Each is safe to repeat. The class of its subject has the one there is.</summary>
/// <param name="name">The name of its file.</param>
/// <param name="key">Its key: a <see cref="KeySuffix"/>, which the name of the call follows where it is a beginning.</param>
internal sealed class QueueScript(string name, string key)
{
    private RedisScript? _script;

    public string Name => name;

    public string Key => key;

    /// <summary>The client library does not say of a reply whether it is a list.</summary>
    public bool ReturnsList { get; init; }

    /// <summary>Every cluster calls it at regular times for each of its queues: calls of one moment are joined.</summary>
    public bool IsJoined { get; init; }

    /// <summary>The queue is put on the list of queues first: it may have nothing else yet.</summary>
    public bool Announces { get; init; }

    /// <summary>Of a script that waits: whether a reply is the last.</summary>
    public Func<ScriptReply, bool> IsOver { get; init; } = static reply => reply[0].Number == 1;

    /// <summary>Of a script that waits: makes the last reply of the message that ends the wait; null = it is run once more.</summary>
    public Func<ReadOnlyMemory<byte>, ScriptReply>? FromMessage { get; init; }

    /// <summary>Its text, which a worker does not need: its scripts run through the pusher.</summary>
    public RedisScript Script => _script ??= RedisScript.Load(name);

    public override string ToString() => name;
}
