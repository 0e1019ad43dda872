namespace QCluster.Client.Settings;

/// <summary>The processes of a cluster that get a setting.</summary>
internal enum SettingReach
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>All, but not in the environment of a worker, which the code of tasks can read.</summary>
    Key,

    /// <summary>Sentinel, pusher and monitor: a worker runs user code, and gets no access to Redis.</summary>
    NotWorkers,

    /// <summary>Sentinel and monitor.</summary>
    Monitor,
}
