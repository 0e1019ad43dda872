namespace QCluster.Model;

/// <summary>The class of a priority, which determines the number of slots: atasker's four priorities.</summary>
internal enum PriorityClass
{
    Low = 0,
    Normal = 1,
    High = 2,
    Critical = 3,
}
