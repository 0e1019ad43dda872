namespace QCluster.Hosting.Roles;

/// <summary>How log entries are written.</summary>
internal enum LogFormat
{
    Text,
    Json,
}
