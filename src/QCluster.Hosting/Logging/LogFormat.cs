namespace QCluster.Hosting.Logging;

/// <summary>The format of log entries.</summary>
internal enum LogFormat
{
    Text,
    Json,
}
