using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using QCluster.Client;
using QCluster.Execution.Functions;
using QCluster.Model;

namespace QCluster.TaskClasses;

/// <summary>The context of a task class whose <c>Run</c> is called as a plain method: there is no task, but every member works.</summary>
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

    /// <summary>The logger of the program, if its client knows it.</summary>
    public override ILogger Logger => (DefaultClient.Existing as QClusterClient)?.Loggers?.CreateLogger("QCluster.Task") ?? NullLogger.Instance;

    public override CancellationToken CancellationToken => CancellationToken.None;

    public override TaskCancelReason CancelReason => TaskCancelReason.None;

    public override IServiceProvider Services => EmptyServices.Instance;

    public override void ReportProgress(double fraction, string? message = null)
    {
        // There is no watcher.
    }
}
