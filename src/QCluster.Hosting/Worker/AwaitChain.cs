using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using QCluster.Execution.Functions;

namespace QCluster.Hosting.Worker;

/// <summary>
/// What a task that is on no thread is waiting for: its chain of awaiting methods, the innermost first, read from the state machines that hold one
/// another. Fields are read and nothing is called, so it is safe beside running code, which may change what is read meanwhile.
/// </summary>
internal static class AwaitChain
{
    private const int MaxDepth = 60;
    private const int MaxBranches = 5;
    private const BindingFlags Fields = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <param name="pending">What the caller of the task's function awaits.</param>
    /// <returns>Lines as of a stack trace; empty when the task awaits nothing.</returns>
    public static string Describe(ValueTask pending)
    {
        var methods = new List<string>();
        var awaited = Follow(ValueOf(pending, "_obj"), methods, 0);
        if (methods.Count == 0)
            return "";
        methods.Reverse();
        var text = new StringBuilder();
        foreach (var line in awaited)
            text.Append("   (waits for ").Append(line).AppendLine(")");
        foreach (var method in methods)
            text.Append("   at ").AppendLine(method);
        return text.ToString();
    }

    /// <summary>Adds the methods from the outermost on, and says what the innermost waits for.</summary>
    private static List<string> Follow(object? awaited, List<string> methods, int depth)
    {
        object? holder = null;
        while (awaited is not null && depth++ < MaxDepth)
        {
            if (StateMachineOf(awaited) is { } machine)
            {
                holder = machine;
                if (!IsOurs(machine.GetType()))
                    methods.Add(MethodOf(machine.GetType()));
                if (AwaitedBy(machine) is not { } next)
                    return [];
                awaited = next;
            }
            else if (ValueOf(awaited, "m_antecedent") is { } antecedent)
            {
                awaited = antecedent;
            }
            else
            {
                return Branches(awaited, holder, methods, depth);
            }
        }

        return [];
    }

    /// <summary>A task that waits for several others does not know them, but whoever awaits it may; of another nothing more is known.</summary>
    private static List<string> Branches(object awaited, object? holder, List<string> methods, int depth)
    {
        var name = Name(awaited.GetType());
        var pending = name.Contains(".When", StringComparison.Ordinal) && holder is not null ? PendingOf(holder) : [];
        return pending.Length switch
        {
            0 => [name],
            1 => Follow(pending[0], methods, depth),
            _ => [$"{pending.Length} tasks", .. pending.Take(MaxBranches).Select(t => Outline(t, depth))],
        };
    }

    /// <summary>The tasks that a state machine keeps and that are not done.</summary>
    private static Task[] PendingOf(object machine) =>
    [
        .. machine.GetType().GetFields(Fields)
            .Select(f => f.GetValue(machine))
            .SelectMany(value => value switch
            {
                Task task => [task],
                Array tasks => tasks.OfType<Task>(),
                List<Task> tasks => tasks,
                _ => Enumerable.Empty<Task>(),
            })
            .Where(t => !t.IsCompleted),
    ];

    private static string Outline(Task task, int depth)
    {
        var methods = new List<string>();
        var awaited = Follow(task, methods, depth);
        return methods.Count == 0 ? string.Join(", ", awaited) : string.Join(" > ", methods);
    }

    private static object? StateMachineOf(object awaited)
    {
        for (var type = awaited.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            if (type.GetField("StateMachine", Fields) is { } field && typeof(IAsyncStateMachine).IsAssignableFrom(field.FieldType))
                return field.GetValue(awaited);
        }

        return null;
    }

    /// <summary>A suspended machine keeps the awaiter of what it waits for; the others it has used are cleared.</summary>
    private static object? AwaitedBy(object machine)
    {
        foreach (var field in machine.GetType().GetFields(Fields))
        {
            if (field.Name.StartsWith("<>u__", StringComparison.Ordinal) && field.GetValue(machine) is { } awaiter && TaskOf(awaiter, 0) is { } task)
                return task;
        }

        return null;
    }

    /// <summary>Awaiters are structures around the task, or its source, one or two deep.</summary>
    private static object? TaskOf(object awaiter, int depth)
    {
        if (awaiter is Task || StateMachineOf(awaiter) is not null)
            return awaiter;
        if (depth > 3)
            return null;
        foreach (var field in awaiter.GetType().GetFields(Fields))
        {
            if (field.FieldType.IsPrimitive || field.FieldType.IsEnum || field.GetValue(awaiter) is not { } value)
                continue;
            if (value is Task || StateMachineOf(value) is not null || value is System.Threading.Tasks.Sources.IValueTaskSource)
                return value;
            if (value.GetType().IsValueType && TaskOf(value, depth + 1) is { } task)
                return task;
        }

        return null;
    }

    private static object? ValueOf(object target, string field)
    {
        for (var type = target.GetType(); type is not null; type = type.BaseType)
        {
            if (type.GetField(field, Fields) is { } found)
                return found.GetValue(target);
        }

        return null;
    }

    private static bool IsOurs(Type machine) => machine.Assembly == typeof(TaskContext).Assembly || machine.Assembly == typeof(AwaitChain).Assembly;

    /// <summary>The method whose state machine it is: the compiler names the one after the other.</summary>
    private static string MethodOf(Type machine)
    {
        var definition = machine.IsConstructedGenericType ? machine.GetGenericTypeDefinition() : machine;
        var method = machine.DeclaringType?.GetMethods(Fields | BindingFlags.Static)
            .FirstOrDefault(m => m.GetCustomAttribute<AsyncStateMachineAttribute>()?.StateMachineType == definition);
        return method is null ? Name(machine) : $"{Name(method.DeclaringType!)}.{method.Name}({string.Join(", ", method.GetParameters().Select(p => $"{CSharpNames.Of(p.ParameterType)} {p.Name}"))})";
    }

    private static string Name(Type type) => (type.FullName ?? type.Name).Split('[')[0].Replace('+', '.');
}
