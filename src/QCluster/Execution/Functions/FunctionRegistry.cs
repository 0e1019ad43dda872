using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using QCluster.Wire;
using QCluster.Wire.Values;
using QCluster.Execution.Functions;

namespace QCluster;

/// <summary>
/// The allowed task functions, by name. A worker runs only functions that are registered here; a client looks up names here.
/// A function is also found by its method's full name (<c>System.Math.CopySign</c>), unless several methods share it.
/// </summary>
/// <remarks>Thread-safe. A worker's registry is closed when the worker starts.</remarks>
public sealed class FunctionRegistry
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TaskFunction> _named = [];
    private readonly Dictionary<string, TaskFunction?> _aliases = []; // null: several methods share the full name
    private readonly Dictionary<MethodInfo, string> _names = [];
    private FunctionTable? _table;

    /// <summary>The registered names, in alphabetical order, without the full names that are aliases.</summary>
    public IReadOnlyCollection<string> Names
    {
        get
        {
            lock (_lock)
                return [.. _named.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Registers every method of an assembly with <see cref="TaskFunctionAttribute"/>, in any type, and every class that derives from <c>ClusterTask</c>, except private nested ones. Existing registrations stay, so a repeated call changes nothing.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <returns>The number of names of the assembly's methods and task classes.</returns>
    /// <exception cref="InvalidFunctionException">A method cannot be a task function.</exception>
    /// <exception cref="AlreadyRegisteredException">A name is already registered.</exception>
    [RequiresUnreferencedCode(ReflectionSupport.RunsFunctions)]
    public int AddAssembly(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;
        var count = 0;
        foreach (var type in assembly.GetTypes())
        {
            if (TaskClassReader.Of(type) is not { } reader)
                continue;
            Add(reader.Read(type), isFound: true);
            count++;
        }

        foreach (var method in assembly.GetTypes().SelectMany(type => type.GetMethods(Declared)))
        {
            foreach (var attribute in method.GetCustomAttributes<TaskFunctionAttribute>(inherit: false))
            {
                Add(attribute.Name ?? DeclaredName(method), method, target: null, isFound: true);
                count++;
            }
        }

        return count;
    }

    /// <summary>Registers a delegate: a method without an attribute, or a lambda.</summary>
    /// <param name="name">The name of the function in calls.</param>
    /// <param name="function">The code. All calls share the captured variables of a lambda.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="InvalidFunctionException">The delegate cannot be a task function.</exception>
    /// <exception cref="AlreadyRegisteredException">The name is already registered.</exception>
    public FunctionRegistry Add(string name, Delegate function)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(function);
        var plain = function.Target is null && function.HasSingleTarget && function.Method.DeclaringType is not null;
        Add(name, function.Method, plain ? null : function);
        return this;
    }

    /// <summary>Registers a method.</summary>
    /// <param name="method">A static method, or an instance method of a class that dependency injection can create.</param>
    /// <param name="name">The name of the function in calls. Null: the first name of its attributes, or else its full name.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="InvalidFunctionException">The method cannot be a task function.</exception>
    /// <exception cref="AlreadyRegisteredException">The name is already registered.</exception>
    public FunctionRegistry Add(MethodInfo method, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        Add(name ?? DeclaredName(method), method, target: null);
        return this;
    }

    /// <summary>Adds a task class under its own name.</summary>
    /// <param name="task">The class.</param>
    /// <param name="isFound">True if it was found in an assembly, not named by the user: then it may be registered already.</param>
    internal void Add(ITaskClass task, bool isFound) => Add(task.Name, task.Run, target: null, task.Defaults, task, isFound);

    /// <summary>Registers a function. The same as <see cref="Add(string, Delegate)"/>, in the words of Celery.</summary>
    /// <param name="function">The code.</param>
    /// <param name="name">The name of the function in calls.</param>
    /// <returns>This registry.</returns>
    public FunctionRegistry Register(Delegate function, string name) => Add(name, function);

    /// <summary>Removes a task or function from the registry.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="NotRegisteredException">No function has that name.</exception>
    public void Unregister(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_lock)
        {
            if (_table is not null)
                throw new InvalidOperationException($"The task '{name}' cannot be unregistered: a worker's registry is closed once it runs.");
            if (!_named.Remove(name, out var function))
                throw new NotRegisteredException(name, "here, so it cannot be unregistered. GetAll() lists the registered ones.");
            _names.Remove(function.Method);
            _aliases.Remove(CSharpNames.FullName(function.Method));
        }
    }

    /// <summary>Returns all tasks and functions by their names.</summary>
    public IReadOnlyDictionary<string, TaskRegistration> GetAll()
    {
        lock (_lock)
            return _named.Values.ToDictionary(f => f.Name, f => new TaskRegistration(f.Name, f.Class?.Kind ?? TaskType.Regular, f.Class?.Type, f.Signature), StringComparer.Ordinal);
    }

    /// <summary>Returns the tasks that run when they are called.</summary>
    public IReadOnlyDictionary<string, TaskRegistration> GetAllRegular() => GetAllOf(TaskType.Regular);

    /// <summary>Returns the tasks that run automatically at their times.</summary>
    public IReadOnlyDictionary<string, TaskRegistration> GetAllPeriodic() => GetAllOf(TaskType.Periodic);

    private Dictionary<string, TaskRegistration> GetAllOf(TaskType type) =>
        GetAll().Where(t => t.Value.Type == type).ToDictionary(StringComparer.Ordinal);

    /// <summary>Every name by which a call finds a function.</summary>
    internal IReadOnlyList<string> AllNames
    {
        get
        {
            lock (_lock)
                return [.. _named.Keys, .. _aliases.Where(a => a.Value is not null).Select(a => a.Key).Except(_named.Keys, StringComparer.Ordinal), BuiltInFunctions.Chunk, BuiltInFunctions.Ping];
        }
    }

    /// <summary>The task classes.</summary>
    internal IReadOnlyList<ITaskClass> Classes
    {
        get
        {
            lock (_lock)
                return [.. _named.Values.Select(f => f.Class).OfType<ITaskClass>()];
        }
    }

    /// <summary>Tells whether a function has this name or full name.</summary>
    /// <param name="name">The name, as in a call.</param>
    public bool Contains(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (_lock)
            return _named.ContainsKey(name) || _aliases.GetValueOrDefault(name) is not null;
    }

    /// <summary>Returns the name of a method in calls: its first registered one, or else that of its attribute, or else its full name.</summary>
    /// <param name="method">The method; only the worker must have it registered.</param>
    public string NameOf(MethodInfo method)
    {
        ArgumentNullException.ThrowIfNull(method);
        lock (_lock)
            return _names.TryGetValue(method, out var name) ? name : DeclaredName(method);
    }

    /// <summary>Tells whether a method is registered here, under any name.</summary>
    internal bool Knows(MethodInfo method)
    {
        lock (_lock)
            return _names.ContainsKey(method);
    }

    /// <summary>The services of the functions. Set by <see cref="Freeze"/>.</summary>
    internal IServiceProvider Services { get; private set; } = EmptyServices.Instance;

    /// <summary>Closes the registry and decides, by the known services, which parameters are injected.</summary>
    internal void Freeze(IServiceProvider services, ValueSerializer serializer)
    {
        lock (_lock)
        {
            if (_table is not null)
                return;
            if (!ReflectionSupport.IsEnabled)
                throw ReflectionSupport.CannotRunFunctions();
            Services = services;
            Volatile.Write(ref _table, FunctionTable.Build([.. _named.Values, .. BuiltInFunctions.For(this)], _aliases, services, serializer));
        }
    }

    internal bool TryGet(ReadOnlySpan<byte> utf8Name, [NotNullWhen(true)] out TaskFunction? function) => Table.TryGet(utf8Name, out function);

    internal bool TryGet(string name, [NotNullWhen(true)] out TaskFunction? function) => Table.TryGet(name, out function);

    internal static string DeclaredName(MethodInfo method) =>
        method.GetCustomAttributes<TaskFunctionAttribute>(inherit: false).FirstOrDefault()?.Name ?? CSharpNames.FullName(method);

    private FunctionTable Table => Volatile.Read(ref _table) ?? throw new InvalidOperationException("The registry must be frozen before functions are run from it.");

    private static FunctionDefaults DefaultsOf(MethodInfo method, string name)
    {
        var attributes = method.GetCustomAttributes<TaskFunctionAttribute>(inherit: false).ToArray();
        var own = Array.Find(attributes, a => a.Name == name) ?? attributes.FirstOrDefault();
        return own is null ? FunctionDefaults.None : FunctionDefaults.Of(own, name);
    }

    /// <param name="name">The name.</param>
    /// <param name="method">The method.</param>
    /// <param name="target">The delegate, or null.</param>
    /// <param name="defaults">The options. Null: those of its attribute.</param>
    /// <param name="type">Its task class.</param>
    /// <param name="isFound">True if it was found in an assembly, not named by the user: then it may be registered already.</param>
    private void Add(string name, MethodInfo method, Delegate? target, FunctionDefaults? defaults = null, ITaskClass? type = null, bool isFound = false)
    {
        FunctionRules.Check(method);
        FunctionRules.CheckName(name, method);
        defaults ??= DefaultsOf(method, name);
        lock (_lock)
        {
            if (_named.TryGetValue(name, out var existing))
            {
                if (isFound && existing.Method == method && Equals(existing.Target, target) && existing.Class?.Type == type?.Type)
                    return;
                throw new AlreadyRegisteredException(name, Describe(existing.Method), Describe(method));
            }

            if (_table is not null)
                throw new InvalidOperationException($"The task function '{name}' was registered too late: a worker accepts no new functions once it runs. Register it before.");
            var function = new TaskFunction(name, method, target, defaults, type);
            _named.Add(name, function);
            _names.TryAdd(method, name);
            AddAlias(CSharpNames.FullName(method), function);
        }
    }

    private void AddAlias(string fullName, TaskFunction function)
    {
        if (!_aliases.TryGetValue(fullName, out var other))
            _aliases.Add(fullName, function);
        else if (other?.Method != function.Method)
            _aliases[fullName] = null;
    }

    private static string Describe(MethodInfo method) =>
        $"{CSharpNames.FullName(method)}({string.Join(", ", method.GetParameters().Select(p => CSharpNames.Of(p.ParameterType)))}) of {method.Module.Assembly.GetName().Name}";
}
