namespace QCluster;

/// <summary>What decides how many tasks a worker runs at a time with one more of a priority: atasker's four priorities.</summary>
internal enum PriorityClass
{
    Low = 0,
    Normal = 1,
    High = 2,
    Critical = 3,
}
