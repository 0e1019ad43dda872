namespace QCluster.Client.Settings;

/// <summary>How the values of a setting are read and written.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="Parse">Reads the text that was given for the setting of this name.</param>
/// <param name="Write">The text that a user would write.</param>
/// <param name="Show">The text that <c>info --config</c> shows.</param>
internal sealed record SettingKind<T>(Func<string, string, T> Parse, Func<T, string> Write, Func<T, string> Show);
