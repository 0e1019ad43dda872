namespace QCluster.Client.Schedules;

internal enum RecurrenceKind
{
    Once,
    Interval,
    Days,
    Months,
    Cron,
}
