namespace QCluster;

/// <summary>The missed occurrences of a schedule to fire: those due more than ten seconds ago. Less late occurrences all fire.</summary>
public enum CatchUp
{
    /// <summary>Fires each of them, ten at a time: the next ten when the first of the previous ones has ended. Like django-q's <c>catch_up = True</c>, without its half minute between them.</summary>
    All = 0,

    /// <summary>Fires only the latest one, at once. The default of clusters. Like django-q's <c>catch_up = False</c>.</summary>
    Latest = 1,

    /// <summary>Fires none of them; the next occurrence fires on time.</summary>
    None = 2,
}
