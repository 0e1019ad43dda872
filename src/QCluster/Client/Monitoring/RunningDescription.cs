namespace QCluster.Client.Monitoring;

/// <summary>One running task.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Worker">Ordinal of the worker process.</param>
/// <param name="Seconds">The time it has run.</param>
/// <param name="Progress">0 to 1, or null.</param>
/// <param name="Message">The message of its progress report, or null.</param>
/// <param name="Func">Its function; the beginning of a long name.</param>
/// <param name="Left">Seconds until its time-out, or until its process is killed. Null: no limit.</param>
internal sealed record RunningDescription(string Id, int Worker, double Seconds, double? Progress, string? Message = null, string? Func = null, double? Left = null);
