namespace QCluster;

/// <summary>The reason why a task did not succeed. The numbers are part of the wire format.</summary>
public enum FailureReason
{
    /// <summary>The task function threw.</summary>
    Exception = 0,

    /// <summary>The task ran longer than its time-out and was stopped, or its process was killed.</summary>
    Timeout = 1,

    /// <summary>The worker process died while the task ran, for the last permitted time.</summary>
    WorkerLost = 2,

    /// <summary>The packet was refused before any of it ran: unsigned or altered, damaged, or too large.</summary>
    Refused = 3,

    /// <summary>No function of that name is registered in the worker.</summary>
    UnknownFunction = 4,

    /// <summary>The arguments do not fit the function's parameters.</summary>
    InvalidArguments = 5,

    /// <summary>The function returned a value that cannot be serialised.</summary>
    InvalidResult = 6,

    /// <summary>The task was not started before its <c>Expires</c>.</summary>
    Expired = 7,

    /// <summary>The task was cancelled.</summary>
    Cancelled = 8,
}
