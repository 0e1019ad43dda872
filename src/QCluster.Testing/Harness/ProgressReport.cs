namespace QCluster.Testing;

/// <summary>What a task said of its progress.</summary>
/// <param name="Fraction">From 0 to 1.</param>
/// <param name="Message">What was being done, or null.</param>
public sealed record ProgressReport(double Fraction, string? Message);
