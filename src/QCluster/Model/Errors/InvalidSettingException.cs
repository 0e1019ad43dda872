namespace QCluster;

/// <summary>A setting is invalid: the message has its name, its value and a valid one.</summary>
public sealed class InvalidSettingException : QClusterException
{
    /// <summary>Creates the error.</summary>
    /// <param name="setting">The setting's name.</param>
    /// <param name="value">The value seen; secrets are passed as null.</param>
    /// <param name="expected">A valid value.</param>
    public InvalidSettingException(string setting, object? value, string expected)
        : base($"The setting {setting} cannot be {(value is null ? "as given" : $"'{value}'")}: {expected}")
        => Setting = setting;

    /// <summary>The name of the setting.</summary>
    public string Setting { get; }
}
