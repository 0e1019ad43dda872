namespace QCluster.Terminal.Monitor.Reading;

/// <summary>A queue with how fast tasks come and go.</summary>
/// <param name="Sizes">How it is.</param>
/// <param name="InRate">Tasks a second that come just now.</param>
/// <param name="OutRate">Tasks a second that end just now.</param>
/// <param name="In">The same over the last while, the oldest first.</param>
/// <param name="Out">The same of those that ended.</param>
internal sealed record QueueView(QueueSizes Sizes, double InRate, double OutRate, IReadOnlyList<double> In, IReadOnlyList<double> Out);
