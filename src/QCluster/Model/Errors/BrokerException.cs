namespace QCluster;

/// <summary>A call of Redis failed: see <see cref="Problem"/>.</summary>
public sealed class BrokerException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="problem">The kind of problem.</param>
    /// <param name="message">The problem, the address and the remedy.</param>
    /// <param name="inner">The error of the client library, if any.</param>
    public BrokerException(BrokerProblem problem, string message, Exception? inner = null)
        : base(message, inner)
        => Problem = problem;

    /// <summary>The kind of problem.</summary>
    public BrokerProblem Problem { get; }
}
