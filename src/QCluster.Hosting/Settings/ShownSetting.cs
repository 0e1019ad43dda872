namespace QCluster.Hosting.Settings;

/// <summary>A setting in a form without secrets.</summary>
/// <param name="Name">Its name in the documentation.</param>
/// <param name="Value">Its value, without secrets.</param>
/// <param name="Source">Its source.</param>
internal sealed record ShownSetting(string Name, string Value, string Source);
