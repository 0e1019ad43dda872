namespace QCluster;

/// <summary>
/// Makes a method a task function: something that may be enqueued by name and run by a worker. Any method qualifies: static or
/// instance (its class is then made through dependency injection for every call), public or not, synchronous or not.
/// </summary>
/// <remarks>Several attributes on one method give it several names.</remarks>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public sealed class TaskFunctionAttribute : Attribute
{
    /// <summary>Registers the method under its full name, <c>Namespace.Type.Method</c>.</summary>
    public TaskFunctionAttribute()
    {
    }

    /// <summary>Registers the method under a name of its own, which outlives renaming the method.</summary>
    /// <param name="name">The name, such as <c>math.copysign</c>: at most 256 characters, none of them blank or a control character.</param>
    public TaskFunctionAttribute(string name) => Name = name;

    /// <summary>The name, or null for the method's full name.</summary>
    public string? Name { get; }
}
