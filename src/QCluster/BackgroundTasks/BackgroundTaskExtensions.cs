using System.Reflection;
using QCluster.Execution.Calls;
using QCluster.Execution.Functions;

namespace QCluster.BackgroundTasks;

/// <summary>Background tasks through a client.</summary>
public static class BackgroundTaskExtensions
{
    /// <summary>Creates a starter for a function: a call of the starter enqueues a task and returns its id. The same as atasker's <c>background_task(f, ...)</c>.</summary>
    /// <param name="client">The client that enqueues.</param>
    /// <param name="func">A method that is registered with the workers. Its <see cref="BackgroundTaskAttribute"/> gives the defaults of the following parameters.</param>
    /// <param name="name">A name shown with the tasks.</param>
    /// <param name="priority">0 to 9: see <see cref="TaskPriority"/>.</param>
    /// <param name="type">The place of its runs: a slot of a shared worker process, or a process of its own.</param>
    /// <param name="callback">A registered method that is called with the value after a success.</param>
    /// <param name="delay">The delay of each call's start. A delayed task takes no slot.</param>
    /// <exception cref="ArgumentException">The function is a lambda or local function, and has no known name.</exception>
    public static BackgroundStarter BackgroundTask(this IQClusterClient client, Delegate func, string? name = null, int? priority = null, BackgroundTaskType? type = null, Delegate? callback = null, TimeSpan? delay = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        var function = FunctionRules.NameOf(func);
        var options = OptionsOf(func, name, priority, type) with { Delay = delay };
        if (callback is not null)
            options = options with { Callback = FunctionRules.NameOf(callback) };
        options.Validate();
        return args => client.Async(DeclaredArguments.Of(func.Method, new TaskCall(function, args)), options);
    }

    /// <summary>Runs a function in the cluster and returns its value. A calling task releases its slot during the wait. The same as atasker's <c>co_mp_apply</c>.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="call">Function and arguments.</param>
    /// <param name="options">The options of the task. Null: isolated, in a worker process of its own, at normal priority.</param>
    /// <param name="cancellationToken">Ends the wait, and cancels the task.</param>
    /// <exception cref="TaskFailedException">The task failed or was cancelled; carries the remote type, message and stack.</exception>
    public static async Task<T> Apply<T>(this IQClusterClient client, TaskCall call, TaskOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        var id = await client.Async(call, options ?? new TaskOptions { Isolated = true }, cancellationToken).ConfigureAwait(false);
        try
        {
            return await client.Result<T>(id, Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await client.Cancel(id, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc cref="Apply{T}(IQClusterClient, TaskCall, TaskOptions?, CancellationToken)" />
    /// <param name="client">The client.</param>
    /// <param name="func">A method that is registered with the workers.</param>
    /// <param name="args">Its arguments by position.</param>
    /// <param name="kwargs">Its arguments by name.</param>
    /// <param name="priority">0 to 9. Null: that of its attribute, or normal.</param>
    /// <param name="type">The place of the run: a slot of a shared worker process, or a process of its own.</param>
    /// <param name="cancellationToken">Ends the wait, and cancels the task.</param>
    public static Task<T> Apply<T>(this IQClusterClient client, Delegate func, IReadOnlyList<object?>? args = null, IReadOnlyDictionary<string, object?>? kwargs = null, int? priority = null, BackgroundTaskType type = BackgroundTaskType.Process, CancellationToken cancellationToken = default) =>
        Apply<T>(client, DeclaredArguments.Of(func.Method, new TaskCall(FunctionRules.NameOf(func)) { Args = args ?? [], Kwargs = kwargs }), OptionsOf(func, null, priority, type), cancellationToken);

    private static TaskOptions OptionsOf(Delegate func, string? name, int? priority, BackgroundTaskType? type)
    {
        var options = func.Method.GetCustomAttribute<BackgroundTaskAttribute>()?.ToOptions() ?? new TaskOptions();
        return options with
        {
            TaskName = name,
            Priority = priority ?? options.Priority,
            Isolated = type is { } given ? given == BackgroundTaskType.Process : options.Isolated,
        };
    }
}
