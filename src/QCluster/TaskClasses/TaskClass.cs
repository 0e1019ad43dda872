using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using QCluster.Execution.Functions;
using QCluster.Wire;
using QCluster.Wire.Packets;

namespace QCluster.TaskClasses;

/// <summary>The properties of a task class, read once.</summary>
internal sealed class TaskClass : ITaskClass
{
    private const BindingFlags Own = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private static readonly ConcurrentDictionary<Type, TaskClass> Known = new();

    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    private TaskClass(Type type)
    {
        Type = type;
        Sample = Create(type);
        if (string.IsNullOrEmpty(Sample.Name))
            throw Refuse("it has no name. Override Name, as => \"some.name\".");
        Name = Sample.Name;
        Run = FindRun(type);
        if (Sample.Priority is < 0 or >= TaskPriority.Count)
            throw Refuse($"its Priority is {Sample.Priority}. Write 0 to 9; a higher number is taken first.");
        if (Sample.MaxRetries < 0)
            throw Refuse($"its MaxRetries is {Sample.MaxRetries}. Write 0 or more, or null for no end.");
        CheckSchedule();
        var rate = FunctionDefaults.RateOf(Name, Sample.RateLimit);
        Options = new TaskOptions
        {
            Queue = Sample.RoutingKey,
            Priority = Sample.Priority,
            Mandatory = Sample.Mandatory,
            Immediate = Sample.Immediate,
            IgnoreResult = Sample.IgnoreResult,
            RateLimit = rate,
        };
        Options.Validate();
        Defaults = new FunctionDefaults
        {
            Retry = new RetryOptions
            {
                MaxRetries = Sample.MaxRetries ?? int.MaxValue,
                MaxAttempts = Sample.RetryOn.Count == 0 ? null : Sample.MaxRetries is { } retries ? retries + 1 : 0,
                Backoff = Sample.RetryBackoff,
                BackoffMax = Sample.RetryBackoffMax,
                NoJitter = !Sample.RetryJitter,
                On = ErrorType.Join(Sample.RetryOn),
                Never = ErrorType.Join(Sample.DontRetryOn),
            },
            RetryDelay = Sample.DefaultRetryDelay,
            Limits = new LimitOptions { Timeout = Sample.SoftTimeLimit, TimeLimit = Sample.TimeLimit, Rate = rate?.ToString() },
            Result = new ResultOptions { Ignore = Sample.IgnoreResult, NoErrorMail = Sample.DisableErrorEmails },
        };
    }

    public Type Type { get; }

    public TaskType Kind => Sample.Type;

    public string Name { get; }

    public MethodInfo Run { get; }

    /// <summary>An object of the class, for its properties only.</summary>
    public ClusterTask Sample { get; }

    /// <summary>The options of a call.</summary>
    public TaskOptions Options { get; }

    /// <summary>The defaults of a worker.</summary>
    public FunctionDefaults Defaults { get; }

    /// <exception cref="InvalidFunctionException">The class cannot be a task.</exception>
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static TaskClass Of(Type type) => Known.GetOrAdd(type, static t => new TaskClass(t));

    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    private static ClusterTask Create(Type type)
    {
        if (!typeof(ClusterTask).IsAssignableFrom(type) || type.IsAbstract || type.ContainsGenericParameters)
            throw new InvalidFunctionException(CSharpNames.Of(type), "it is not a class that derives from ClusterTask, or is abstract or generic.");
        try
        {
            return type.GetConstructor(Type.EmptyTypes) is not null ? (ClusterTask)Activator.CreateInstance(type)! : (ClusterTask)RuntimeHelpers.GetUninitializedObject(type);
        }
        catch (TargetInvocationException e)
        {
            throw new InvalidFunctionException(CSharpNames.Of(type), $"its constructor failed: {e.InnerException?.Message} Take services as parameters of the constructor.");
        }
    }

    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    private MethodInfo FindRun(Type type)
    {
        for (var declaring = type; declaring is not null && declaring != typeof(ClusterTask); declaring = declaring.BaseType)
        {
            var runs = declaring.GetMethods(Own).Where(m => string.Equals(m.Name, "Run", StringComparison.Ordinal)).ToArray();
            if (runs.Length > 1)
                throw Refuse($"it has {runs.Length} methods Run, and a call does not say which is meant. Give the others another name.");
            if (runs.Length == 1)
                return runs[0];
        }

        throw Refuse("it has no method Run. Write one, with the parameters of the task: public int Run(string name).");
    }

    private void CheckSchedule()
    {
        if (Sample is not PeriodicTask periodic)
            return;
        try
        {
            if (periodic.RunEvery is null)
                throw Refuse("it does not say how often it runs. Override RunEvery, as => TimeSpan.FromSeconds(30).");
            periodic.ToSchedule().Validate();
        }
        catch (ArgumentException e)
        {
            throw Refuse(e.Message);
        }
    }

    private InvalidFunctionException Refuse(string problem) => new(CSharpNames.Of(Type), problem);
}
