namespace QCluster.Hosting.Logging;

/// <summary>How log entries are written.</summary>
internal enum LogFormat
{
    Text,
    Json,
}
