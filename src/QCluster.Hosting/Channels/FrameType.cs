namespace QCluster.Hosting.Channels;

/// <summary>The kinds of frames between the processes of one cluster. The code that reads and writes a body describes it.</summary>
internal enum FrameType : byte
{
    /// <summary>Child to sentinel, first: its identity. Sentinel to child, in reply: its settings.</summary>
    Hello = 1,
    Welcome = 2,

    /// <summary>Child to sentinel: it is ready, or cannot work; then heartbeats with its state; then events.</summary>
    Ready = 3,
    Failed = 4,
    Heartbeat = 5,
    Fenced = 6,

    /// <summary>Pusher to sentinel: an isolated task waits, and there is no worker for it.</summary>
    NeedProcess = 7,

    /// <summary>Worker to sentinel: its isolated task waits for others (1), or continues (0).</summary>
    Lent = 8,

    /// <summary>Child to sentinel: an entry of its log.</summary>
    Log = 9,

    /// <summary>Sentinel to child: finish and exit; exclude a worker; cancel a task.</summary>
    Drain = 10,
    Suspend = 11,
    Cancel = 12,

    /// <summary>Sentinel to worker: what is this attempt doing? Worker to sentinel: its method, and on the following lines the awaited ones.</summary>
    Look = 13,
    Seen = 14,

    /// <summary>Worker to pusher: the tasks it holds; its room; the tasks it returns unstarted. Pusher to worker: tasks; report the tasks you hold.</summary>
    Holding = 20,
    Credit = 21,
    Release = 22,
    Tasks = 23,
    Resync = 24,

    /// <summary>Worker to monitor: an outcome. Monitor to worker: settled outcomes.</summary>
    Attach = 30,
    Outcome = 31,
    Settled = 32,

    /// <summary>Worker to pusher's gateway: a client call. Gateway to worker: its reply.</summary>
    Call = 40,
    Answer = 41,
}
