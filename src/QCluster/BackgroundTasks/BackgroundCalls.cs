using System.Reflection;
using QCluster.Functions;

namespace QCluster;

/// <summary>Background tasks through a client.</summary>
public static class BackgroundCalls
{
    /// <summary>Makes a starter for a function: calling it enqueues a call and returns the id. As atasker's <c>background_task(f, ...)</c>.</summary>
    /// <param name="client">The client that enqueues.</param>
    /// <param name="func">A method that is registered with the workers; what its <see cref="BackgroundTaskAttribute"/> says holds where nothing is said here.</param>
    /// <param name="name">A name shown with the tasks.</param>
    /// <param name="priority">0 to 9: see <see cref="TaskPriority"/>.</param>
    /// <param name="type">Where it runs.</param>
    /// <param name="callback">A registered method that is called with the value once it has succeeded.</param>
    /// <param name="delay">How much later each call starts. It takes no slot meanwhile.</param>
    /// <exception cref="ArgumentException">The function is a lambda or local function, whose name is not known.</exception>
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

    /// <summary>Runs a function in the cluster and gives its value. Inside a task the slot is lent to others meanwhile. As atasker's <c>co_mp_apply</c>.</summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="call">Function and arguments.</param>
    /// <param name="options">How to run it; null = in a worker process to itself, at normal priority.</param>
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
    /// <param name="priority">0 to 9; null = as its attribute says, or normal.</param>
    /// <param name="type">Where it runs.</param>
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
