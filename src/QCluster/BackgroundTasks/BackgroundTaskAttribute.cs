namespace QCluster.BackgroundTasks;

/// <summary>
/// Makes a method a background task: a task function with its own priority and place to run. A starter is generated for each
/// such method of a partial class: for <c>Mail.Send(to, body)</c> it is <c>Mail.SendTask.Start(to, body)</c>, which enqueues a call and
/// returns its id. The same as atasker's <c>@background_task</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = false, Inherited = false)]
public sealed class BackgroundTaskAttribute : TaskFunctionAttribute
{
    /// <summary>Registers the method under its full name, <c>Namespace.Type.Method</c>.</summary>
    public BackgroundTaskAttribute()
    {
    }

    /// <summary>Registers the method under a separate name, which stays when the method is renamed.</summary>
    /// <param name="name">The name: at most 256 characters, none of them blank or a control character.</param>
    public BackgroundTaskAttribute(string name)
        : base(name)
    {
    }

    /// <summary>0 to 9: see <see cref="TaskPriority"/>.</summary>
    /// <value>Default 5, normal.</value>
    public int Priority { get; set; } = TaskPriority.Normal;

    /// <summary>The place where the task runs.</summary>
    /// <value>Default in a shared worker process.</value>
    public BackgroundTaskType Type { get; set; }

    /// <summary>A registered function that is called with the value after a success.</summary>
    /// <value>Default null: none.</value>
    public string? Callback { get; set; }

    /// <summary>The queue of the task.</summary>
    /// <value>Default null: the client's own.</value>
    public string? Queue { get; set; }

    /// <summary>Returns the options of a call of this task.</summary>
    public TaskOptions ToOptions() => new() { Priority = Priority, Isolated = Type == BackgroundTaskType.Process, Callback = Callback, Queue = Queue };
}
