using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace QCluster.Wire;

/// <summary>Messages for programs that may be trimmed. Native AOT trims too.</summary>
internal static class ReflectionSupport
{
    /// <summary>The message for callers of code that runs functions.</summary>
    public const string RunsFunctions = "Task functions are found by reflection and called by code that is generated while the program runs. Publish a worker without PublishTrimmed and PublishAot.";

    /// <summary>The message for callers of code that reads task classes.</summary>
    public const string ReadsTaskClasses = "Task classes are read by reflection. In a trimmed program call the task by its name: DelayTask(\"name\", ...).";

    /// <summary>For code behind <see cref="IsEnabled"/>.</summary>
    public const string ReadsTypes = "Reads types that trimming may have changed.";

    /// <summary>False in a trimmed program: the trimmer and the AOT compiler replace this property by false.</summary>
    [FeatureGuard(typeof(RequiresUnreferencedCodeAttribute))]
    [FeatureGuard(typeof(RequiresDynamicCodeAttribute))]
#pragma warning disable IL4000 // That this property is replaced when trimming is not seen from its body.
    public static bool IsEnabled => RuntimeFeature.IsDynamicCodeSupported;
#pragma warning restore IL4000

    /// <summary>Refuses to run task functions.</summary>
    public static NotSupportedException CannotRunFunctions() => new(
        "This program was published trimmed or as Native AOT, so it can enqueue tasks and read results, but not run task functions, neither in a worker nor with Sync. "
        + "Publish it without PublishTrimmed and PublishAot, or leave running to another program.");
}
