using System.Globalization;
using Dapper;

namespace QCluster.Postgres;

/// <summary>A query as a WHERE clause with its parameters.</summary>
internal sealed class QueryFilter
{
    private readonly List<string> _conditions = [];

    public QueryFilter(bool? succeeded, TaskQuery query)
    {
        if (succeeded is { } success)
            _conditions.Add(success ? "state = 3" : "state <> 3");
        Add("func = @Func", query.Func);
        Add("group_name = @Group", query.Group);
        Add("name = @Name", query.Name);
        Add("cluster = @Cluster", query.Cluster);
        Add("queue = @Queue", query.Queue);
        Add("stopped >= @From", query.From?.UtcDateTime);
        Add("stopped < @To", query.To?.UtcDateTime);
    }

    public DynamicParameters Parameters { get; } = new();

    public string Where => _conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", _conditions);

    /// <summary>Only what comes behind a page's last row.</summary>
    public void AddCursor(string after, bool oldestFirst)
    {
        var split = after.IndexOf(':', StringComparison.Ordinal);
        if (split < 0 || !long.TryParse(after.AsSpan(0, split), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var microseconds) || !Guid.TryParseExact(after[(split + 1)..], "N", out var id))
            throw new ArgumentException($"'{after}' is not the end of a page: pass TaskPage.Next of the previous page.", nameof(after));
        _conditions.Add(oldestFirst ? "(stopped, id) > (@AfterTime, @AfterId)" : "(stopped, id) < (@AfterTime, @AfterId)");
        Parameters.Add("AfterTime", DateTime.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond));
        Parameters.Add("AfterId", id);
    }

    public static string CursorOf(TaskRow row) =>
        string.Create(CultureInfo.InvariantCulture, $"{(row.Stopped - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond}:{row.Id:N}");

    private void Add(string condition, object? value)
    {
        if (value is null)
            return;
        _conditions.Add(condition);
        var name = condition[(condition.IndexOf('@', StringComparison.Ordinal) + 1)..];
        Parameters.Add(name, value);
    }
}
