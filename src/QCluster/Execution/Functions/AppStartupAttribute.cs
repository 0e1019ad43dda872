namespace QCluster;

/// <summary>Names the <see cref="IAppStartup"/> of an assembly that has several, or whose startup class is not public.</summary>
/// <param name="startupType">A class that implements <see cref="IAppStartup"/> and has a parameterless constructor.</param>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class AppStartupAttribute(Type startupType) : Attribute
{
    /// <summary>The startup class.</summary>
    public Type StartupType { get; } = startupType;
}
