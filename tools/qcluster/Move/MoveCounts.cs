using System.Text;
using QCluster.Queue;

namespace QCluster.Tool.Move;

/// <summary>What was moved, as users count.</summary>
internal sealed class MoveCounts
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal)
    {
        ["waiting tasks"] = 0,
        ["delayed tasks"] = 0,
        ["tasks held back by limits"] = 0,
        ["tasks of clusters that were killed"] = 0,
        ["schedules"] = 0,
        ["records"] = 0,
        ["groups"] = 0,
        ["chains"] = 0,
        ["keys"] = 0,
    };

    public IReadOnlyDictionary<string, long> All => _counts;

    /// <summary>Counts a key.</summary>
    /// <param name="key">Its name: <c>q:{name:queue}:</c> and what <c>RedisKeys</c> lists.</param>
    /// <param name="stored">What it holds.</param>
    public void Add(byte[] key, StoredKey stored)
    {
        _counts["keys"]++;
        var text = Encoding.Latin1.GetString(key);
        var suffix = text[(text.IndexOf("}:", StringComparison.Ordinal) + 2)..];
        var (kind, count) = suffix switch
        {
            KeySuffix.Delayed => ("delayed tasks", stored.Items.Count / 2),
            KeySuffix.ParkedElements => ("tasks held back by limits", stored.Items.Count / 2),
            KeySuffix.Schedules => ("schedules", stored.Items.Count / 2),
            _ when suffix.StartsWith(KeySuffix.List, StringComparison.Ordinal) => ("waiting tasks", stored.Items.Count),
            _ when suffix.StartsWith(KeySuffix.InFlight, StringComparison.Ordinal) => ("tasks of clusters that were killed", stored.Items.Count / 2),
            _ when suffix.StartsWith(KeySuffix.Record, StringComparison.Ordinal) => ("records", 1),
            _ when suffix.StartsWith(KeySuffix.GroupInfo, StringComparison.Ordinal) => ("groups", 1),
            _ when suffix.StartsWith(KeySuffix.Chain, StringComparison.Ordinal) => ("chains", 1),
            _ => ("", 0),
        };
        if (count > 0)
            _counts[kind] += count;
    }
}
