using System.Diagnostics;
using System.Text;

namespace QCluster.Tool.Lab;

/// <summary>A cluster started as users start it, for a measurement or a trial.</summary>
internal sealed class OwnCluster : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private OwnCluster(Process process) => _process = process;

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts one; with <paramref name="wait"/> it is ready on return.</summary>
    public static async Task<OwnCluster> StartAsync(ClusterStart how, bool wait = true)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        if (string.Equals(Path.GetFileNameWithoutExtension(Environment.ProcessPath), "dotnet", StringComparison.OrdinalIgnoreCase))
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        foreach (var argument in (string[])["start", "--name", how.Name, "--app", Path.Combine(AppContext.BaseDirectory, "QCluster.ToolFunctions.dll"), .. how.Arguments])
            start.ArgumentList.Add(argument);
        start.Environment["QCLUSTER_REDIS"] = how.Redis;
        start.Environment["QCLUSTER_SECRET"] = how.Secret;
        if (how.Results is { } results)
            start.Environment["QCLUSTER_RESULTS"] = results;
        var cluster = new OwnCluster(new Process { StartInfo = start, EnableRaisingEvents = true });
        cluster._process.Exited += (_, _) => cluster._ready.TrySetException(new IOException("The cluster ended before it was ready. Its log: " + cluster.Log));
        cluster._process.ErrorDataReceived += (_, e) => cluster.OnLine(e.Data);
        cluster._process.OutputDataReceived += static (_, _) => { };
        cluster._process.Start();
        cluster._process.BeginErrorReadLine();
        cluster._process.BeginOutputReadLine();
        if (wait)
            await cluster._ready.Task.WaitAsync(Limit);
        return cluster;
    }

    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>The processes of each role, the sentinel with them.</summary>
    public IReadOnlyDictionary<string, int[]> Processes()
    {
        var roles = new Dictionary<string, List<int>>(StringComparer.Ordinal) { ["sentinel"] = [_process.Id] };
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
            if (stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] != $"{_process.Id}")
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

    private void OnLine(string? line)
    {
        if (line is null)
            return;
        lock (_log)
            _log.AppendLine(line);
        if (line.Contains("is ready", StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }
}
