namespace QCluster.Testing;

/// <summary>A progress report of a task.</summary>
/// <param name="Fraction">The completed fraction, 0 to 1.</param>
/// <param name="Message">The current activity, or null.</param>
public sealed record ProgressReport(double Fraction, string? Message);
