using QCluster.Execution.Functions;
using QCluster.Wire.Packets;

namespace QCluster.Execution.Records;

/// <summary>The time to keep the record of a finished task.</summary>
internal static class RecordLifetime
{
    /// <summary>Zero = not at all; negative = among the last uncached ones.</summary>
    public static TimeSpan Of(TaskPacket? packet, FunctionDefaults? defaults, TaskState state, TimeSpan resultTtl, bool savesSuccesses = true)
    {
        var isUnwanted = packet is { Result.Ignore: true } || defaults is { Result.Ignore: true } || (!savesSuccesses && packet is { Result: { Save: false, Ttl: null } });
        return isUnwanted && state == TaskState.Succeeded ? TimeSpan.Zero : packet?.Result.Ttl ?? -resultTtl;
    }
}
