namespace QCluster;

/// <summary>The meaning of a cron expression that restricts both day of month and day of week, such as <c>0 0 13 * 5</c>.</summary>
public enum CronDays
{
    /// <summary>Days that match either field: each 13th, and each Friday. The same as in cron(8) and croniter.</summary>
    Either = 0,

    /// <summary>Only days that match both fields: each Friday the 13th.</summary>
    Both = 1,
}
