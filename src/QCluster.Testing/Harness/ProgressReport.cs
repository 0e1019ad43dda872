namespace QCluster.Testing;

/// <summary>A progress report of a task.</summary>
/// <param name="Fraction">From 0 to 1.</param>
/// <param name="Message">What was being done, or null.</param>
public sealed record ProgressReport(double Fraction, string? Message);
