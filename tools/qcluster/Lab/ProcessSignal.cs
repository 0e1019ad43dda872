using System.Runtime.InteropServices;

namespace QCluster.Tool.Lab;

/// <summary>Signals that .NET cannot send, to processes of our own.</summary>
internal static partial class ProcessSignal
{
    public static bool Kill(int processId) => Send(processId, 9) == 0;

    public static bool Terminate(int processId) => Send(processId, 15) == 0;

    /// <summary>It stands still until it is resumed, and cannot prevent it.</summary>
    public static bool Stop(int processId) => Send(processId, 19) == 0;

    public static bool Resume(int processId) => Send(processId, 18) == 0;

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Send(int processId, int signal);
}
