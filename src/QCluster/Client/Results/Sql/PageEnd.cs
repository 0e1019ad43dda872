using System.Globalization;

namespace QCluster.Client.Results.Sql;

/// <summary>A row by its place in the order of time: where a page ends, or where the surplus begins.</summary>
/// <param name="Stopped">When its task stopped.</param>
/// <param name="Id">Its task; it decides between those that stopped at the same time.</param>
internal readonly record struct PageEnd(DateTimeOffset Stopped, Guid Id)
{
    /// <exception cref="ArgumentException">It is not what a page said.</exception>
    public static PageEnd Parse(string text)
    {
        var split = text.IndexOf(':', StringComparison.Ordinal);
        return split >= 0 && long.TryParse(text.AsSpan(0, split), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var microseconds) && Guid.TryParseExact(text[(split + 1)..], "N", out var id)
            ? new PageEnd(SqlTime.FromMicroseconds(microseconds), id)
            : throw new ArgumentException($"'{text}' is not the end of a page: pass TaskPage.Next of the previous page.", nameof(text));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{SqlTime.ToMicroseconds(Stopped)}:{Id:N}");
}
