namespace QCluster.Client.Monitoring;

/// <summary>One running task.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Worker">Ordinal of the worker process.</param>
/// <param name="Seconds">For how long it has run.</param>
/// <param name="Progress">0 to 1, or null.</param>
/// <param name="Message">What it said of its progress, or null.</param>
/// <param name="Func">Its function; of a long name the beginning.</param>
/// <param name="Left">Seconds until its time-out, or until its process is killed; null = it may run as long as it likes.</param>
internal sealed record RunningDescription(string Id, int Worker, double Seconds, double? Progress, string? Message = null, string? Func = null, double? Left = null);
