namespace QCluster;

/// <summary>Redis could not do what was asked: see <see cref="Problem"/>.</summary>
public sealed class BrokerException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="problem">The kind of problem.</param>
    /// <param name="message">What happened, where, and what to do.</param>
    /// <param name="inner">The client's own error, if any.</param>
    public BrokerException(BrokerProblem problem, string message, Exception? inner = null)
        : base(message, inner)
        => Problem = problem;

    /// <summary>The kind of problem.</summary>
    public BrokerProblem Problem { get; }
}
