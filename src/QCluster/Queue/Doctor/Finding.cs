namespace QCluster.Queue.Doctor;

/// <param name="Queue">Where.</param>
/// <param name="Subject">What it is about: an id, or a key.</param>
/// <param name="Problem">What is wrong, in words.</param>
/// <param name="Remedy">What mending does.</param>
/// <param name="Mended">Whether it has been done.</param>
internal sealed record Finding(string Queue, string Subject, string Problem, string Remedy, bool Mended);
