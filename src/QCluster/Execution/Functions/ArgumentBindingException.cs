namespace QCluster.Execution.Functions;

internal sealed class ArgumentBindingException(string message, Exception? inner = null) : QClusterException(message, inner)
{
    public FailureReason Reason => FailureReason.InvalidArguments;
}
