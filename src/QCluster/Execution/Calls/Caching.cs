namespace QCluster;

/// <summary>Whether the record of a finished task is kept in Redis whatever others there are, and how long. Written as <c>true</c>, <c>false</c> or a <see cref="TimeSpan"/>.</summary>
public readonly record struct Caching
{
    private Caching(bool isOn, TimeSpan? time)
    {
        IsOn = isOn;
        Time = time;
    }

    /// <summary>It is not, even where the setting <c>cached</c> is on: it goes to the database, or, where there is none, is kept among the last <c>save_limit</c> ones.</summary>
    public static Caching Off => default;

    /// <summary>It is, for as long as the setting <c>result_ttl</c> says.</summary>
    public static Caching On => new(true, null);

    /// <summary>Whether it is kept.</summary>
    public bool IsOn { get; }

    /// <summary>How long; null = as the setting <c>result_ttl</c> says.</summary>
    public TimeSpan? Time { get; }

    /// <summary><see cref="On"/> or <see cref="Off"/>.</summary>
    /// <param name="isOn">Which.</param>
    public static implicit operator Caching(bool isOn) => isOn ? On : Off;

    /// <inheritdoc cref="op_Implicit(bool)" />
    public static Caching FromBoolean(bool isOn) => isOn;

    /// <summary>It is kept for this long.</summary>
    /// <param name="time">From one second.</param>
    public static implicit operator Caching(TimeSpan time) => new(true, time);

    /// <inheritdoc cref="op_Implicit(TimeSpan)" />
    public static Caching FromTimeSpan(TimeSpan time) => time;

    /// <summary>How long it is kept; null = it is not.</summary>
    /// <param name="usual">How long where it says no time.</param>
    internal TimeSpan? By(TimeSpan usual) => IsOn ? Time ?? usual : null;

    /// <exception cref="ArgumentOutOfRangeException">The time is too short.</exception>
    internal static void Check(Caching? caching, string name)
    {
        if (caching?.Time is { } time && time < TimeSpan.FromSeconds(1))
            throw new ArgumentOutOfRangeException(name, time, "A record is kept for at least one second. Write Cached = false to keep none in Redis, or IgnoreResult to keep none anywhere.");
    }

    /// <inheritdoc />
    public override string ToString() => !IsOn ? "off" : Time?.ToString() ?? "on";
}
