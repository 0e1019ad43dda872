namespace QCluster;

/// <summary>
/// Marks a parameter that the worker supplies from its services; callers do not pass it. Interfaces and <see cref="TimeProvider"/> are supplied without it, unless they are
/// collections or describe data for JSON; a class is supplied only with it. A service that is not registered is an error that names it, unless the parameter has a default.
/// </summary>
/// <remarks><c>[FromKeyedServices]</c>, and <c>[FromServices]</c> of ASP.NET Core, say the same.</remarks>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class InjectedAttribute : Attribute;
