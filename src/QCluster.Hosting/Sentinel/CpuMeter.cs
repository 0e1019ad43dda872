namespace QCluster.Hosting.Sentinel;

/// <summary>Processor time as a share, from readings of the time used so far.</summary>
internal sealed class CpuMeter
{
    private readonly Dictionary<int, (long Ticks, long Milliseconds, double Percent)> _last = [];

    /// <summary>In percent of one processor since the reading before; at readings close to each other what was said last.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="now">The time in ticks.</param>
    /// <param name="milliseconds">What it has used so far.</param>
    public double Percent(int pid, long now, long milliseconds)
    {
        if (!_last.TryGetValue(pid, out var last))
        {
            _last[pid] = (now, milliseconds, 0);
            return 0;
        }

        if (now - last.Ticks < 500)
            return last.Percent;
        var percent = Math.Round(100.0 * Math.Max(0, milliseconds - last.Milliseconds) / (now - last.Ticks), 1);
        _last[pid] = (now, milliseconds, percent);
        return percent;
    }

    /// <summary>Forgets all processes but these.</summary>
    public void Keep(IReadOnlySet<int> pids)
    {
        foreach (var gone in _last.Keys.Where(pid => !pids.Contains(pid)).ToArray())
            _last.Remove(gone);
    }
}
