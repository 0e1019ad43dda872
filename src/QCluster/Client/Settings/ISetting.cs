namespace QCluster.Client.Settings;

/// <summary>A setting by its names.</summary>
internal interface ISetting
{
    /// <summary>Gets its name in the documentation: <c>result_ttl</c>.</summary>
    string Name { get; }

    /// <summary>Gets the property of the options that holds it; null where none does.</summary>
    string? Property { get; }

    /// <summary>Gets one or two sentences.</summary>
    string Description { get; }

    /// <summary>Gets whether it may be given several times, and commas separate its values in a variable.</summary>
    bool IsList { get; }

    /// <summary>Gets whether its flag needs no value.</summary>
    bool IsSwitch { get; }

    /// <summary>Gets which processes of a cluster have it.</summary>
    SettingReach Reach { get; }

    string Flag => "--" + Name.Replace('_', '-');

    string Variable => "QCLUSTER_" + Name.ToUpperInvariant();
}
