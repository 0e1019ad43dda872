using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using QCluster.Functions;

namespace QCluster.ClusterTasks;

/// <summary>What a task class finds when its <c>Run</c> is called as a plain method: no task, but all that it may use.</summary>
internal sealed class DirectContext : TaskContext
{
    public static readonly DirectContext Instance = new();

    private DirectContext()
    {
    }

    public override string Id => "";

    public override string Func => "";

    public override int Attempt => 1;

    public override string Queue => TaskId.DefaultQueue;

    public override string? Name => null;

    /// <summary>The logger of the program, where its client knows it.</summary>
    public override ILogger Logger => (DefaultClient.Existing as QClusterClient)?.Loggers?.CreateLogger("QCluster.Task") ?? NullLogger.Instance;

    public override CancellationToken CancellationToken => CancellationToken.None;

    public override TaskCancelReason CancelReason => TaskCancelReason.None;

    public override IServiceProvider Services => EmptyServices.Instance;

    public override void ReportProgress(double fraction, string? message = null)
    {
        // Nobody watches.
    }
}
