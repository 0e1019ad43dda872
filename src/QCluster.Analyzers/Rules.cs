using Microsoft.CodeAnalysis;

namespace QCluster.Analyzers;

/// <summary>The messages at compile time. An id is never given another meaning.</summary>
internal static class Rules
{
    private const string Category = "QCluster";

    public static readonly DiagnosticDescriptor NotSerialisable = Error("QC001", "An argument cannot be serialised", "The parameter '{0}' of the task function '{1}' is {2}: it cannot be sent to another process. Take plain data, such as an id or a path, and fetch or create the rest inside the function; a service can be injected with [Injected].");

    public static readonly DiagnosticDescriptor SameName = Error("QC002", "Two task functions have the same name", "The task functions '{1}' and '{2}' are both called '{0}': a worker refuses the second. Give one of them another name.");

    public static readonly DiagnosticDescriptor AsyncVoid = Error("QC003", "A task function is async void", "The task function '{0}' is async void, so its end and its errors cannot be observed. Return Task.");

    public static readonly DiagnosticDescriptor WrongName = Warning("QC004", "No task function has this name", "No known task function is called '{0}'. Did you mean '{1}'?");

    public static readonly DiagnosticDescriptor NoToken = Warning("QC005", "A task function with a time-out ignores it", "The task function '{0}' has a time-out but no CancellationToken: after the time-out its process is killed, with the other tasks in it. Take a CancellationToken and observe it.");

    public static readonly DiagnosticDescriptor NotPartial = Warning("QC006", "No starter is generated", "No starter is generated for the background task '{0}', because {1} is not partial. Write 'partial class {1}', or enqueue it with Tasks.BackgroundTask({0}).");

    public static readonly DiagnosticDescriptor ResultNotSerialisable = Error("QC007", "A result cannot be serialised", "The task function '{0}' returns {1}: it cannot be sent to another process. Return plain data, such as a list, an id or a path.");

    public static readonly DiagnosticDescriptor NoStarter = Warning("QC008", "No starter is generated", "No starter is generated for the background task '{0}': {1}, or enqueue it with Tasks.BackgroundTask or by its name.");

    public static readonly DiagnosticDescriptor NotAFunction = Error("QC009", "A method cannot be a task function", "'{0}' cannot be a task function: {1}.");

    public static readonly DiagnosticDescriptor InvalidName = Error("QC010", "A name is not valid for a task function", "The name '{0}' is not valid for a task function: write 1 to 256 characters without blanks and control characters.");

    public static readonly DiagnosticDescriptor InvalidSetting = Error("QC011", "A setting of a task function is invalid", "The attribute of the task function '{0}' says {1} = {2}: write {3}.");

    public static readonly DiagnosticDescriptor UnknownCallback = Warning("QC012", "No function has the name of this hook or callback", "No known task function is called '{0}', though others begin with '{1}': the call after the task would fail in the worker. Mark the function with [TaskFunction(\"{0}\")].");

    public static readonly DiagnosticDescriptor NotATask = Warning("QC013", "The method is not a task function", "'{0}' has no [TaskFunction] or [BackgroundTask], so no worker knows it unless it is registered by hand. Mark the method itself, or call one that is marked; {1}.");

    public static readonly DiagnosticDescriptor UnclearArray = Warning("QC014", "An array is one argument", "The {0} is sent as one argument, because its element type is not object. To send its elements as arguments write [.. {1}]; to say that one is meant write (object){1}.");

    public static readonly DiagnosticDescriptor Lambda = Error("QC015", "A lambda is not a task function", "A lambda has no name that a worker could know. Pass a method, such as Math.CopySign, or write the call as an expression: () => Math.CopySign(2, -2).");

    private static DiagnosticDescriptor Error(string id, string title, string message) => new(id, title, message, Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    private static DiagnosticDescriptor Warning(string id, string title, string message) => new(id, title, message, Category, DiagnosticSeverity.Warning, isEnabledByDefault: true);
}
