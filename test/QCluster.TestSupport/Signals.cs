using System.ComponentModel;
using System.Runtime.InteropServices;

namespace QCluster.TestSupport;

/// <summary>Sends signals to a process by its id.</summary>
public static partial class Signals
{
    public static void Send(int processId, Signal signal)
    {
        if (!TrySend(processId, signal)) throw new Win32Exception(Marshal.GetLastPInvokeError(), $"kill({processId}, {signal}) failed");
    }

    /// <summary>False if the process is gone.</summary>
    public static bool TrySend(int processId, Signal signal)
    {
        // 0 and below address whole process groups, this one included.
        ArgumentOutOfRangeException.ThrowIfLessThan(processId, 2);
        return Kill(processId, (int)signal) == 0;
    }

    /// <summary>To every process of the group that this one leads.</summary>
    public static void SendToGroup(int leader, Signal signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(leader, 2);
        if (Kill(-leader, (int)signal) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), $"kill(-{leader}, {signal}) failed");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
