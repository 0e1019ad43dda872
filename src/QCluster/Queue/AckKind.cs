namespace QCluster.Queue;

/// <summary>What became of an attempt. The numbers are those of <c>ack.lua</c> and on the local sockets of a cluster.</summary>
internal enum AckKind : byte
{
    Succeeded = TaskState.Succeeded,
    Failed = TaskState.Failed,
    Cancelled = TaskState.Cancelled,

    /// <summary>It failed and is to be tried again; the time to keep is the pause until then.</summary>
    Retry = 6,

    /// <summary>It failed for the last time: onto the dead list.</summary>
    GivenUp = 7,

    /// <summary>It was not begun: its function has limits that its element did not say. They are what stands for the outcome.</summary>
    Limited = 8,

    /// <summary>
    /// It was not begun: its worker does not know its function. Another live cluster that has it gets it; where there is none it has failed. In front of
    /// the outcome stands the function's name, with its length as a big-endian 32-bit number.
    /// </summary>
    Unknown = 9,
}
