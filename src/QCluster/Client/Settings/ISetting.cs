namespace QCluster.Client.Settings;

/// <summary>A setting by its names.</summary>
internal interface ISetting
{
    /// <summary>Gets its name in the documentation: <c>result_ttl</c>.</summary>
    string Name { get; }

    /// <summary>Gets its property in the options; null if there is none.</summary>
    string? Property { get; }

    /// <summary>Gets one or two sentences.</summary>
    string Description { get; }

    /// <summary>Gets whether it can be given several times, and with commas in a variable.</summary>
    bool IsList { get; }

    /// <summary>Gets whether its flag needs no value.</summary>
    bool IsSwitch { get; }

    /// <summary>Gets the processes of a cluster that have it.</summary>
    SettingReach Reach { get; }

    string Flag => "--" + Name.Replace('_', '-');

    string Variable => "QCLUSTER_" + Name.ToUpperInvariant();
}
