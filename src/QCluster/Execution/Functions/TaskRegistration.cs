namespace QCluster;

/// <summary>A registered task.</summary>
/// <param name="Name">The name of the task in calls.</param>
/// <param name="Type">Regular or periodic.</param>
/// <param name="Class">Its class; null for a function.</param>
/// <param name="Signature">Its name and parameters.</param>
public sealed record TaskRegistration(string Name, TaskType Type, Type? Class, string Signature);
