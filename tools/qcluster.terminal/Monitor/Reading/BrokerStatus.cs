namespace QCluster.Terminal.Monitor.Reading;

/// <summary>What Redis tells of itself.</summary>
/// <param name="Display">Where it is, without secrets.</param>
/// <param name="Version">Of the server.</param>
/// <param name="UsedBytes">Its memory.</param>
/// <param name="MaxBytes">How much it may take; 0 = as much as there is.</param>
/// <param name="CommandsPerSecond">How much it does.</param>
internal sealed record BrokerStatus(string Display, string Version, long UsedBytes, long MaxBytes, long CommandsPerSecond);
