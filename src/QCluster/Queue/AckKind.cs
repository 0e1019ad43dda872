namespace QCluster.Queue;

/// <summary>The kind of an attempt's end. The numbers are those of <c>ack.lua</c> and on the local sockets of a cluster.</summary>
internal enum AckKind : byte
{
    Succeeded = TaskState.Succeeded,
    Failed = TaskState.Failed,
    Cancelled = TaskState.Cancelled,

    /// <summary>The attempt failed and a retry follows; the time to keep is the retry delay.</summary>
    Retry = 6,

    /// <summary>The task failed and is dead-lettered.</summary>
    GivenUp = 7,

    /// <summary>The attempt was not started, because its function has limits that the element does not contain. They take the place of the outcome.</summary>
    Limited = 8,

    /// <summary>
    /// The attempt was not started, because its worker does not know the function. Another live cluster that has it gets the task; without one the task fails. The name of the
    /// function precedes the outcome, after its length as a big-endian 32-bit number.
    /// </summary>
    Unknown = 9,
}
