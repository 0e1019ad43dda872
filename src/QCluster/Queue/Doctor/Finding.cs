namespace QCluster.Queue.Doctor;

/// <param name="Queue">The queue.</param>
/// <param name="Subject">The subject: an id, or a key.</param>
/// <param name="Problem">The problem, in words.</param>
/// <param name="Remedy">The effect of mending.</param>
/// <param name="Mended">True if it has been mended.</param>
internal sealed record Finding(string Queue, string Subject, string Problem, string Remedy, bool Mended);
