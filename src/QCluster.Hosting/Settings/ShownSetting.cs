namespace QCluster.Hosting.Settings;

/// <summary>A setting as it may be shown to anybody.</summary>
/// <param name="Name">Its name in the documentation.</param>
/// <param name="Value">Its value, without secrets.</param>
/// <param name="Source">Where it comes from.</param>
internal sealed record ShownSetting(string Name, string Value, string Source);
