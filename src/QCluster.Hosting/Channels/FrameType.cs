namespace QCluster.Hosting.Channels;

/// <summary>The kinds of frame between the processes of one cluster. Each body is described where it is read and written.</summary>
internal enum FrameType : byte
{
    /// <summary>Child to sentinel, first: who it is. Sentinel to child, in answer: its settings.</summary>
    Hello = 1,
    Welcome = 2,

    /// <summary>Child to sentinel: it is at work, or cannot be; then that it is alive and how it fares; then what it met.</summary>
    Ready = 3,
    Failed = 4,
    Heartbeat = 5,
    Fenced = 6,

    /// <summary>Pusher to sentinel: a task waits for a worker to itself, and there is none.</summary>
    NeedProcess = 7,

    /// <summary>Worker to sentinel: its isolated task waits for others (1), or continues (0).</summary>
    Lent = 8,

    /// <summary>Child to sentinel: an entry of its log.</summary>
    Log = 9,

    /// <summary>Sentinel to child: finish and leave; leave out a worker; cancel a task.</summary>
    Drain = 10,
    Suspend = 11,
    Cancel = 12,

    /// <summary>Sentinel to worker: what is this attempt doing? Worker to sentinel: its method, and on the lines behind what it awaits.</summary>
    Look = 13,
    Seen = 14,

    /// <summary>Worker to pusher: which tasks it holds; how many it may be sent; what it gives back unbegun. Pusher to worker: tasks; say what you hold.</summary>
    Holding = 20,
    Credit = 21,
    Release = 22,
    Tasks = 23,
    Resync = 24,

    /// <summary>Worker to monitor: an outcome. Monitor to worker: these are settled.</summary>
    Attach = 30,
    Outcome = 31,
    Settled = 32,

    /// <summary>Worker to pusher's gateway: a client call. Gateway to worker: its answer.</summary>
    Call = 40,
    Answer = 41,
}
