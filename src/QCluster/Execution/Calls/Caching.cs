namespace QCluster;

/// <summary>Tells whether and how long Redis keeps the record of a finished task. Written as <c>true</c>, <c>false</c> or a <see cref="TimeSpan"/>.</summary>
public readonly record struct Caching
{
    private Caching(bool isOn, TimeSpan? time)
    {
        IsOn = isOn;
        Time = time;
    }

    /// <summary>Not cached, even if the setting <c>cached</c> is on: the record goes to the database, or, without one, is kept among the last <c>save_limit</c> ones.</summary>
    public static Caching Off => default;

    /// <summary>Cached, for the time of the setting <c>result_ttl</c>.</summary>
    public static Caching On => new(true, null);

    /// <summary>True if the record is cached.</summary>
    public bool IsOn { get; }

    /// <summary>The time to keep the record. Null: the setting <c>result_ttl</c>.</summary>
    public TimeSpan? Time { get; }

    /// <summary><see cref="On"/> or <see cref="Off"/>.</summary>
    /// <param name="isOn">True for <see cref="On"/>.</param>
    public static implicit operator Caching(bool isOn) => isOn ? On : Off;

    /// <inheritdoc cref="op_Implicit(bool)" />
    public static Caching FromBoolean(bool isOn) => isOn;

    /// <summary>Cached for a time.</summary>
    /// <param name="time">The time, at least one second.</param>
    public static implicit operator Caching(TimeSpan time) => new(true, time);

    /// <inheritdoc cref="op_Implicit(TimeSpan)" />
    public static Caching FromTimeSpan(TimeSpan time) => time;

    /// <summary>The time to keep the record; null: it is not cached.</summary>
    /// <param name="usual">The time if none is given.</param>
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
