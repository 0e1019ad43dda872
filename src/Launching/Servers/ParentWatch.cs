using System.Diagnostics;
using System.Globalization;

namespace QCluster.Launching.Servers;

/// <summary>Kills a process when this one ends, in any way. Not on Windows.</summary>
internal sealed class ParentWatch : IAsyncDisposable
{
    private readonly Process _shell;

    private ParentWatch(Process shell) => _shell = shell;

    /// <summary>Null where there is no shell for it.</summary>
    public static ParentWatch? Over(int processId)
    {
        if (OperatingSystem.IsWindows())
            return null;
        // The shell's standard input closes with this process, killed or not.
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"read _ || kill -9 {processId} 2>/dev/null"));
        return Process.Start(start) is { } shell ? new ParentWatch(shell) : null;
    }

    /// <summary>Ends the watch: sends a line, not the end of the input, so that no process is killed.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _shell.StandardInput.WriteLineAsync().ConfigureAwait(false);
            await _shell.StandardInput.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The shell has already ended.
        }

        await _shell.WaitForExitAsync().ConfigureAwait(false);
        _shell.Dispose();
    }
}
