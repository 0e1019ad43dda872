using System.Globalization;

namespace QCluster.Tool.Torture;

/// <summary>What the tasks have written about themselves: every attempt that began or ended, with its time.</summary>
internal sealed class Journal : IDisposable
{
    private readonly Dictionary<string, List<JournalEntry>> _byLabel = new(StringComparer.Ordinal);

    public string Folder { get; } = Directory.CreateTempSubdirectory("qcluster-torture-").FullName;

    public void Read()
    {
        _byLabel.Clear();
        foreach (var file in Directory.EnumerateFiles(Folder))
        {
            foreach (var line in File.ReadLines(file))
            {
                var parts = line.Split(' ');
                if (!_byLabel.TryGetValue(parts[1], out var entries))
                    _byLabel.Add(parts[1], entries = []);
                entries.Add(new JournalEntry(
                    parts[0] == "E",
                    int.Parse(parts[2], CultureInfo.InvariantCulture),
                    long.Parse(parts[3], CultureInfo.InvariantCulture),
                    long.Parse(parts[4], CultureInfo.InvariantCulture)));
            }
        }
    }

    public IEnumerable<string> Labels => _byLabel.Keys;

    public IReadOnlyList<JournalEntry> Of(string label) => _byLabel.TryGetValue(label, out var entries) ? entries : [];

    public IReadOnlyList<int> Attempts(string label) => [.. Of(label).Where(e => !e.IsEnd).Select(e => e.Attempt)];

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
