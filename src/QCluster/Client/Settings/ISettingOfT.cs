namespace QCluster.Client.Settings;

/// <summary>
/// One row of the table of settings. Reading, validation, <c>info --config</c>, the flags of <c>qcluster start</c> and the page of the documentation use it.
/// </summary>
/// <typeparam name="TOptions">The options that hold its value.</typeparam>
internal interface ISetting<in TOptions> : ISetting
{
    /// <summary>Sets it, if the reader has something.</summary>
    /// <exception cref="InvalidSettingException">The text is not a valid address.</exception>
    void Read(SettingsReader reader, TOptions options);

    /// <exception cref="InvalidSettingException">The value is invalid.</exception>
    void Check(TOptions options);

    /// <summary>The value as anybody may see it.</summary>
    string Show(TOptions options, SettingsReader reader);

    /// <summary>The default in words, from unchanged options.</summary>
    string DefaultOf(TOptions unchanged);

    void Copy(TOptions from, TOptions to);
}
