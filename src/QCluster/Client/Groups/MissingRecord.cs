using QCluster.Model;

namespace QCluster.Client.Groups;

/// <summary>The error for results that cannot be listed because a record is missing.</summary>
internal static class MissingRecord
{
    /// <param name="whole">The requested object, with its id: <c>the chain 0123</c>.</param>
    /// <param name="part">The kind of its parts: <c>step</c>, <c>member</c>.</param>
    /// <param name="number">The number of the part, from 1.</param>
    /// <param name="total">The number of parts.</param>
    /// <param name="id">The id of the part.</param>
    public static UnknownTaskException Of(string whole, string part, int number, int total, TaskId id) =>
        new(
            id.ToString(),
            $"The record of {part} {number} of {total} of {whole}, task {id}, was not kept: its time-to-live has expired (Cached, result_ttl), save_limit dropped it, it was deleted, or IgnoreResult was set. "
            + "Ask sooner after the end, or keep records longer with Cached or save_limit.");
}
