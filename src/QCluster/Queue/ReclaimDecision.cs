namespace QCluster.Queue;

/// <summary>The decision about a task of a lost worker. The letters are those of <c>reclaim.lua</c>.</summary>
internal enum ReclaimDecision
{
    /// <summary>Back to the head; the task had not started, or was stopped for a reason outside of it.</summary>
    Back = 'B',

    /// <summary>Back to the head, counted as lost.</summary>
    Lost = 'L',

    /// <summary>Counted as lost; its last permitted attempt will be alone in a worker, so that no other task can be the cause.</summary>
    Isolate = 'I',

    /// <summary>Failed with the given outcome.</summary>
    Fail = 'F',

    /// <summary>Failed, and onto the dead list.</summary>
    Dead = 'D',

    /// <summary>Failed with the given outcome, with a retry; the time to keep is the retry delay.</summary>
    Retry = 'R',

    /// <summary>Cancelled with the given outcome.</summary>
    Cancel = 'C',
}
