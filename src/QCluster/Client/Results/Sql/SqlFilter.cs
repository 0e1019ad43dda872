namespace QCluster.Client.Results.Sql;

/// <summary>A query as a WHERE clause with its parameters.</summary>
internal sealed class SqlFilter
{
    private readonly ISqlDatabase _database;
    private readonly List<string> _conditions = [];
    private readonly Dictionary<string, object> _parameters = new(StringComparer.Ordinal);

    public SqlFilter(ISqlDatabase database, bool? succeeded, TaskQuery query)
    {
        _database = database;
        if (succeeded is { } success)
            _conditions.Add(success ? "state = 3" : "state <> 3");
        Add("func = @Func", SqlText.Clean(query.Func));
        Add("group_name = @Group", SqlText.Clean(query.Group));
        Add("name = @Name", SqlText.Clean(query.Name));
        Add("cluster = @Cluster", SqlText.Clean(query.Cluster));
        Add("queue = @Queue", SqlText.Clean(query.Queue));
        Add("stopped >= @From", query.From is { } from ? database.ToValue(from) : null);
        Add("stopped < @To", query.To is { } to ? database.ToValue(to) : null);
    }

    public IReadOnlyDictionary<string, object> Parameters => _parameters;

    public string Where => _conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", _conditions);

    /// <summary>Only the rows on one side of this one: behind the end of a page, or up to where the surplus begins.</summary>
    /// <param name="comparison">Such as <c>&lt;=</c>.</param>
    /// <param name="end">The row.</param>
    public void AddEnd(string comparison, PageEnd end)
    {
        _conditions.Add($"(stopped, id) {comparison} (@EndTime, @EndId)");
        _parameters["EndTime"] = _database.ToValue(end.Stopped);
        _parameters["EndId"] = _database.ToValue(end.Id);
    }

    private void Add(string condition, object? value)
    {
        if (value is null)
            return;
        _conditions.Add(condition);
        _parameters[condition[(condition.IndexOf('@', StringComparison.Ordinal) + 1)..]] = value;
    }
}
