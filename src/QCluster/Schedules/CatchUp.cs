namespace QCluster;

/// <summary>What becomes of slots that were due while no cluster ran.</summary>
public enum CatchUp
{
    /// <summary>Each is fired, one after the other. As django-q's <c>catch_up = True</c>, at once instead of one a tick.</summary>
    All = 0,

    /// <summary>Only the latest is fired. As django-q's <c>catch_up = False</c>.</summary>
    Latest = 1,

    /// <summary>None is fired; it goes on with the next.</summary>
    None = 2,
}
