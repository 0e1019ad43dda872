namespace QCluster;

/// <summary>
/// Marks a parameter that the worker supplies from its services; callers do not pass it. Parameters of a type registered in the
/// worker's services are supplied without it; with it, a missing service is an error that names the service.
/// </summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FromServicesAttribute : Attribute;
