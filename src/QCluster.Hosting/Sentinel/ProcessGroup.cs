using System.Runtime.InteropServices;

namespace QCluster.Hosting.Sentinel;

/// <summary>
/// A worker leads a process group of its own, and whatever its tasks start is in it: so it can be ended with the worker, also what the worker has
/// no tie to any more. What leaves the group by itself (a daemon with a session of its own) is out of reach.
/// </summary>
internal static partial class ProcessGroup
{
    private const int KillSignal = 9;

    /// <summary>This process leads one from here on.</summary>
    public static void Lead()
    {
        // It fails for the leader of a session, which leads a group already.
        if (!OperatingSystem.IsWindows())
            _ = SetGroup(0, 0);
    }

    /// <summary>Kills what is left of a group whose leader has ended, or is to end.</summary>
    public static void Kill(int leader)
    {
        if (!OperatingSystem.IsWindows() && leader > 1)
            _ = Send(-leader, KillSignal);
    }

    [LibraryImport("libc", EntryPoint = "setpgid")]
    private static partial int SetGroup(int process, int group);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
