namespace QCluster.Launching.Servers;

/// <summary>The last lines of a process's output, for an error message.</summary>
internal sealed class LogTail
{
    private const int MaxLines = 40;

    private readonly Queue<string> _lines = new();

    public void Add(string? line)
    {
        if (line is null)
            return;
        lock (_lines)
        {
            if (_lines.Count == MaxLines)
                _lines.Dequeue();
            _lines.Enqueue(line);
        }
    }

    public override string ToString()
    {
        lock (_lines)
            return string.Join('\n', _lines);
    }
}
