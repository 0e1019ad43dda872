namespace QCluster.Execution.Functions;

// Distinguishes a result that cannot travel from a SerializationException of the function itself.
internal sealed class InvalidResultException(string message, Exception? inner = null) : QClusterException(message, inner)
{
    public FailureReason Reason => FailureReason.InvalidResult;
}
