using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using QCluster.Client.Enqueueing;
using QCluster.Execution.Calls;
using QCluster.Wire;

namespace QCluster.TaskClasses;

/// <summary>Calls of task classes, on a client.</summary>
public static class ClusterTaskExtensions
{
    /// <summary>Enqueues a call of a task class with arguments by position.</summary>
    /// <typeparam name="TTask">The class.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="args">The arguments of its <c>Run</c>. An <c>object[]</c> is the list of them; an array of any other element type is one argument, and so is null.</param>
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static Task<AsyncResult> Delay<TTask>(this IQClusterClient client, params object?[] args)
        where TTask : ClusterTask
    {
        var (positional, named) = ArgumentList.Of(args);
        return client.ApplyAsync<TTask>(positional, named);
    }

    /// <summary>Enqueues the call of a task class in a lambda, checked by the compiler: <c>client.Delay((MyTask t) => t.Run("foo"))</c>.</summary>
    /// <typeparam name="TTask">The class.</typeparam>
    /// <typeparam name="T">The return type of <c>Run</c>.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="call">The call of <c>Run</c>; only its arguments are evaluated, the method does not run here.</param>
    /// <param name="options">The options of the task. Null: those of the class.</param>
    /// <param name="cancellationToken">Ends the call. The task may have been enqueued.</param>
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static async Task<AsyncResult<T>> Delay<TTask, T>(this IQClusterClient client, Expression<Func<TTask, T>> call, ApplyOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : ClusterTask
        => new(await SendAsync(client, typeof(TTask), Read(call), options, cancellationToken).ConfigureAwait(false), client);

    /// <inheritdoc cref="Delay{TTask, T}(IQClusterClient, Expression{Func{TTask, T}}, ApplyOptions?, CancellationToken)" />
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static async Task<AsyncResult<T>> Delay<TTask, T>(this IQClusterClient client, Expression<Func<TTask, Task<T>>> call, ApplyOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : ClusterTask
        => new(await SendAsync(client, typeof(TTask), Read(call), options, cancellationToken).ConfigureAwait(false), client);

    /// <inheritdoc cref="Delay{TTask, T}(IQClusterClient, Expression{Func{TTask, T}}, ApplyOptions?, CancellationToken)" />
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static async Task<AsyncResult<T>> Delay<TTask, T>(this IQClusterClient client, Expression<Func<TTask, ValueTask<T>>> call, ApplyOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : ClusterTask
        => new(await SendAsync(client, typeof(TTask), Read(call), options, cancellationToken).ConfigureAwait(false), client);

    /// <inheritdoc cref="Delay{TTask, T}(IQClusterClient, Expression{Func{TTask, T}}, ApplyOptions?, CancellationToken)" />
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static async Task<AsyncResult> Delay<TTask>(this IQClusterClient client, Expression<Func<TTask, Task>> call, ApplyOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : ClusterTask
        => new(await SendAsync(client, typeof(TTask), Read(call), options, cancellationToken).ConfigureAwait(false), client);

    /// <inheritdoc cref="Delay{TTask, T}(IQClusterClient, Expression{Func{TTask, T}}, ApplyOptions?, CancellationToken)" />
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static async Task<AsyncResult> Delay<TTask>(this IQClusterClient client, Expression<Func<TTask, ValueTask>> call, ApplyOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : ClusterTask
        => new(await SendAsync(client, typeof(TTask), Read(call), options, cancellationToken).ConfigureAwait(false), client);

    /// <inheritdoc cref="Delay{TTask, T}(IQClusterClient, Expression{Func{TTask, T}}, ApplyOptions?, CancellationToken)" />
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static async Task<AsyncResult> Delay<TTask>(this IQClusterClient client, Expression<Action<TTask>> call, ApplyOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : ClusterTask
        => new(await SendAsync(client, typeof(TTask), Read(call), options, cancellationToken).ConfigureAwait(false), client);

    /// <summary>Enqueues a call of a task class with arguments by position and by name, and options.</summary>
    /// <typeparam name="TTask">The class.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="args">Arguments by position; null = none.</param>
    /// <param name="kwargs">Arguments by name; null = none.</param>
    /// <param name="options">The options of the task. Null: those of the class.</param>
    /// <param name="cancellationToken">Ends the call. The task may have been enqueued.</param>
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static async Task<AsyncResult> ApplyAsync<TTask>(this IQClusterClient client, IReadOnlyList<object?>? args = null, IReadOnlyDictionary<string, object?>? kwargs = null, ApplyOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : ClusterTask
        => new(await SendAsync(client, typeof(TTask), new TaskCall(TaskClass.Of(typeof(TTask)).Name) { Args = args ?? [], Kwargs = kwargs }, options, cancellationToken).ConfigureAwait(false), client);

    /// <summary>Enqueues a task by its name alone, with arguments by position. From Celery's <c>delay_task</c>.</summary>
    /// <param name="client">The client.</param>
    /// <param name="name">The registered name.</param>
    /// <param name="args">The arguments. An <c>object[]</c> is the list of them; an array of any other element type is one argument, and so is null.</param>
    public static Task<AsyncResult> DelayTask(this IQClusterClient client, string name, params object?[] args) => client.DelayTask(new TaskCall(name, args));

    /// <summary>Enqueues a task by its name alone. With <see cref="ApplyOptions.Mandatory"/> the call fails if no live cluster has the name.</summary>
    /// <param name="client">The client.</param>
    /// <param name="call">Name and arguments.</param>
    /// <param name="options">The options of the task.</param>
    /// <param name="cancellationToken">Ends the call. The task may have been enqueued.</param>
    /// <exception cref="NotRegisteredException">The call is mandatory, and no live cluster has a task of this name.</exception>
    public static async Task<AsyncResult> DelayTask(this IQClusterClient client, TaskCall call, ApplyOptions? options = null, CancellationToken cancellationToken = default) =>
        new(await (client ?? throw new ArgumentNullException(nameof(client))).Async(call, (options ?? new ApplyOptions()).Over(new TaskOptions()), cancellationToken).ConfigureAwait(false), client);

    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    private static Task<string> SendAsync(IQClusterClient client, Type type, TaskCall call, ApplyOptions? options, CancellationToken cancellationToken)
    {
        var task = TaskClass.Of(type);
        return client.Async(DeclaredArguments.Of(task.Run, call) with { Func = task.Name }, (options ?? new ApplyOptions()).Over(task.Options), cancellationToken);
    }

    private static TaskCall Read(LambdaExpression call)
    {
        var read = CallExpression.Read(call, null, out var method);
        return string.Equals(method.Name, "Run", StringComparison.Ordinal)
            ? read
            : throw new ArgumentException($"The expression {call} calls {method.Name}; a task is called by its method Run.", nameof(call));
    }
}
