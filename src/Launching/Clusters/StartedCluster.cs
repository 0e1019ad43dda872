using System.Diagnostics;
using System.Text;

namespace QCluster.Launching.Clusters;

/// <summary>A cluster in a separate process: its log, its processes, its end.</summary>
internal sealed class StartedCluster : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StartedCluster(Process process) => _process = process;

    /// <summary>The id of the sentinel process.</summary>
    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    /// <summary>Everything that it wrote.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>The text that went to stdout alone.</summary>
    public string Output
    {
        get
        {
            lock (_log)
                return _output.ToString();
        }
    }

    /// <summary>Starts the program and returns before its cluster is ready.</summary>
    public static StartedCluster Start(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.RedirectStandardError = true;
        start.RedirectStandardOutput = true;
        var cluster = new StartedCluster(new Process { StartInfo = start, EnableRaisingEvents = true });
        var process = cluster._process;
        process.Exited += (_, _) => cluster._ready.TrySetException(new IOException("The cluster ended before it was ready. Its log: " + cluster.Log));
        process.ErrorDataReceived += (_, e) => cluster.OnLine(e.Data, isOutput: false);
        process.OutputDataReceived += (_, e) => cluster.OnLine(e.Data, isOutput: true);
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        return cluster;
    }

    /// <summary>Waits until the cluster is ready.</summary>
    /// <exception cref="IOException">The process ended, or is not ready in time.</exception>
    public async Task WaitUntilReadyAsync(TimeSpan limit)
    {
        try
        {
            await _ready.Task.WaitAsync(limit).ConfigureAwait(false);
        }
        catch (TimeoutException e)
        {
            throw new IOException($"The cluster was not ready within {limit.TotalSeconds} s. Its log: {Log}", e);
        }
    }

    private void OnLine(string? line, bool isOutput)
    {
        if (line is null)
            return;
        lock (_log)
        {
            _log.AppendLine(line);
            if (isOutput)
                _output.AppendLine(line);
        }

        if (line.Contains("is ready", StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    /// <summary>The running processes of each role in lower case, including the sentinel.</summary>
    public IReadOnlyDictionary<string, int[]> Processes()
    {
        var roles = new Dictionary<string, List<int>>(StringComparer.Ordinal) { ["sentinel"] = [ProcessId] };
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var pid) || RoleOf(folder) is not { } role)
                continue;
            if (!roles.TryGetValue(role, out var pids))
                roles.Add(role, pids = []);
            pids.Add(pid);
        }

        return roles.ToDictionary(r => r.Key, r => r.Value.ToArray(), StringComparer.Ordinal);
    }

    private string? RoleOf(string folder)
    {
        const string variable = "QCLUSTER_CHILD=";
        try
        {
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            if (fields[1] != $"{ProcessId}" || fields[0] == "Z")
                return null;
            var entry = File.ReadAllText(Path.Combine(folder, "environ")).Split('\0').FirstOrDefault(e => e.StartsWith(variable, StringComparison.Ordinal));
            return entry?[variable.Length..].Split(';')[0].ToLowerInvariant();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended while it was looked at, or is another user's.
            return null;
        }
    }

    public Task WaitForExitAsync(CancellationToken cancellationToken) => _process.WaitForExitAsync(cancellationToken);

    /// <summary>Kills all its processes that are left.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync().ConfigureAwait(false);
        }

        _process.Dispose();
    }
}
