using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using QCluster.Client;
using QCluster.Wire;

namespace QCluster.TaskClasses;

/// <summary>A task class with calls on itself: <c>class MyTask : ClusterTask&lt;MyTask&gt;</c> is called as <c>MyTask.Delay(...)</c>.</summary>
/// <typeparam name="TSelf">The class itself.</typeparam>
#pragma warning disable CA1000 // That they are called on the class is what it is for.
public abstract class ClusterTask<TSelf> : ClusterTask
    where TSelf : ClusterTask<TSelf>
{
    /// <summary>Enqueues a call with arguments by position.</summary>
    /// <param name="args">The arguments of <c>Run</c>.</param>
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static Task<AsyncResult> Delay(params object?[] args) => DefaultClient.Instance.Delay<TSelf>(args);

    /// <summary>Enqueues the call in a lambda, checked by the compiler: <c>MyTask.Delay(t => t.Run("foo"))</c>.</summary>
    /// <typeparam name="T">The return type of <c>Run</c>.</typeparam>
    /// <param name="call">The call; only its arguments are evaluated, the method does not run here.</param>
    /// <param name="options">The options of the task. Null: those of the class.</param>
    /// <param name="cancellationToken">Ends the call. The task may have been enqueued.</param>
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static Task<AsyncResult<T>> Delay<T>(Expression<Func<TSelf, T>> call, ApplyOptions? options = null, CancellationToken cancellationToken = default) => DefaultClient.Instance.Delay(call, options, cancellationToken);

    /// <inheritdoc cref="Delay{T}(Expression{Func{TSelf, T}}, ApplyOptions?, CancellationToken)" />
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static Task<AsyncResult<T>> Delay<T>(Expression<Func<TSelf, Task<T>>> call, ApplyOptions? options = null, CancellationToken cancellationToken = default) => DefaultClient.Instance.Delay(call, options, cancellationToken);

    /// <inheritdoc cref="Delay{T}(Expression{Func{TSelf, T}}, ApplyOptions?, CancellationToken)" />
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static Task<AsyncResult<T>> Delay<T>(Expression<Func<TSelf, ValueTask<T>>> call, ApplyOptions? options = null, CancellationToken cancellationToken = default) => DefaultClient.Instance.Delay(call, options, cancellationToken);

    /// <inheritdoc cref="Delay{T}(Expression{Func{TSelf, T}}, ApplyOptions?, CancellationToken)" />
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static Task<AsyncResult> Delay(Expression<Func<TSelf, Task>> call, ApplyOptions? options = null, CancellationToken cancellationToken = default) => DefaultClient.Instance.Delay(call, options, cancellationToken);

    /// <inheritdoc cref="Delay{T}(Expression{Func{TSelf, T}}, ApplyOptions?, CancellationToken)" />
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static Task<AsyncResult> Delay(Expression<Func<TSelf, ValueTask>> call, ApplyOptions? options = null, CancellationToken cancellationToken = default) => DefaultClient.Instance.Delay(call, options, cancellationToken);

    /// <inheritdoc cref="Delay{T}(Expression{Func{TSelf, T}}, ApplyOptions?, CancellationToken)" />
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static Task<AsyncResult> Delay(Expression<Action<TSelf>> call, ApplyOptions? options = null, CancellationToken cancellationToken = default) => DefaultClient.Instance.Delay(call, options, cancellationToken);

    /// <summary>Enqueues a call with arguments by position and by name, and options.</summary>
    /// <param name="args">Arguments by position; null = none.</param>
    /// <param name="kwargs">Arguments by name; null = none.</param>
    /// <param name="options">The options of the task. Null: those of the class.</param>
    /// <param name="cancellationToken">Ends the call. The task may have been enqueued.</param>
    [RequiresUnreferencedCode(ReflectionSupport.ReadsTaskClasses)]
    public static Task<AsyncResult> ApplyAsync(IReadOnlyList<object?>? args = null, IReadOnlyDictionary<string, object?>? kwargs = null, ApplyOptions? options = null, CancellationToken cancellationToken = default) =>
        DefaultClient.Instance.ApplyAsync<TSelf>(args, kwargs, options, cancellationToken);
}
#pragma warning restore CA1000
