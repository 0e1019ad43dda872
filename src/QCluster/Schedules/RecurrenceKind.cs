namespace QCluster;

internal enum RecurrenceKind
{
    Once,
    Interval,
    Days,
    Months,
    Cron,
}
