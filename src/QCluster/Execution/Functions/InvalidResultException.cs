namespace QCluster.Execution.Functions;

// Tells a result that cannot travel from a SerializationException that the function itself threw.
internal sealed class InvalidResultException(string message, Exception? inner = null) : QClusterException(message, inner)
{
    public FailureReason Reason => FailureReason.InvalidResult;
}
