namespace QCluster.Client.Settings;

/// <summary>The form of the values of a setting.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="Parse">Reads the text for the setting of this name.</param>
/// <param name="Write">The text in the form of a user.</param>
/// <param name="Show">The text that <c>info --config</c> shows.</param>
internal sealed record SettingKind<T>(Func<string, string, T> Parse, Func<T, string> Write, Func<T, string> Show);
