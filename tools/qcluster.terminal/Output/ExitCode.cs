namespace QCluster.Terminal.Output;

/// <summary>What the tool's exit codes mean.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>The task failed, or what was asked for is not well.</summary>
    public const int Failure = 1;

    /// <summary>Not in time.</summary>
    public const int Timeout = 2;

    /// <summary>No such task.</summary>
    public const int Unknown = 3;

    /// <summary>The command line or a setting is wrong.</summary>
    public const int Usage = 64;

    /// <summary>Redis cannot be reached or cannot be used.</summary>
    public const int Unavailable = 69;
}
