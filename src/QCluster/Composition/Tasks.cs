using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using QCluster.BackgroundTasks;
using QCluster.Client;
using QCluster.TaskClasses;

namespace QCluster;

/// <summary>
/// The client as static calls: <c>using static QCluster.Tasks;</c>. Inside a task, and in a program that called
/// <c>AddQCluster</c>, it is that client (from the start of its host, or from its first resolution); else one created at the
/// first use, with settings from the environment (<c>QCLUSTER_REDIS</c>, <c>QCLUSTER_NAME</c>, ...).
/// </summary>
public static class Tasks
{
    /// <summary>The client of the static calls. Set it before the first of them, or let the environment configure it.</summary>
    public static IQClusterClient Default
    {
        get => DefaultClient.Instance;
        set => DefaultClient.Instance = value;
    }

    /// <inheritdoc cref="IQClusterClient.Async(string, object?[])" />
    public static Task<string> Async(string func, params object?[] args) => Default.Async(func, args);

    /// <inheritdoc cref="IQClusterClient.Async(TaskCall, TaskOptions?, CancellationToken)" />
    public static Task<string> Async(TaskCall call, TaskOptions? options = null, CancellationToken cancellationToken = default) => Default.Async(call, options, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.Async(Expression{Action}, TaskOptions?, CancellationToken)" />
    public static Task<string> Async(Expression<Action> call, TaskOptions? options = null, CancellationToken cancellationToken = default) => Default.Async(call, options, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.Async{T}(Expression{Func{T}}, TaskOptions?, CancellationToken)" />
    public static Task<string> Async<T>(Expression<Func<T>> call, TaskOptions? options = null, CancellationToken cancellationToken = default) => Default.Async(call, options, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.AsyncBulk" />
    public static Task<IReadOnlyList<string>> AsyncBulk(IEnumerable<TaskCall> calls, TaskOptions? options = null, CancellationToken cancellationToken = default) => Default.AsyncBulk(calls, options, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.Result(string, TimeSpan?, CancellationToken)" />
    public static Task<object?> Result(string idOrName, TimeSpan? wait = null, CancellationToken cancellationToken = default) => Default.Result(idOrName, wait, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.Result{T}(string, TimeSpan?, CancellationToken)" />
    public static Task<T> Result<T>(string idOrName, TimeSpan? wait = null, CancellationToken cancellationToken = default) => Default.Result<T>(idOrName, wait, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.Fetch" />
    public static Task<TaskRecord?> Fetch(string idOrName, TimeSpan? wait = null, CancellationToken cancellationToken = default) => Default.Fetch(idOrName, wait, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.AsyncIter(string, IEnumerable{object?}, TaskOptions?, CancellationToken)" />
    public static Task<string> AsyncIter(string func, IEnumerable<object?> argsList, TaskOptions? options = null, CancellationToken cancellationToken = default) => Default.AsyncIter(func, argsList, options, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.AsyncChain" />
    public static Task<string> AsyncChain(IEnumerable<ChainStep> steps, ChainOptions? options = null, CancellationToken cancellationToken = default) => Default.AsyncChain(steps, options, cancellationToken);

    /// <inheritdoc cref="ClusterTaskExtensions.DelayTask(IQClusterClient, string, object?[])" />
    public static Task<AsyncResult> DelayTask(string name, params object?[] args) => Default.DelayTask(name, args);

    /// <inheritdoc cref="ClusterTaskExtensions.DelayTask(IQClusterClient, TaskCall, ApplyOptions?, CancellationToken)" />
    public static Task<AsyncResult> DelayTask(TaskCall call, ApplyOptions? options = null, CancellationToken cancellationToken = default) => Default.DelayTask(call, options, cancellationToken);

    /// <inheritdoc cref="BackgroundTaskExtensions.BackgroundTask" />
    public static BackgroundStarter BackgroundTask(Delegate func, string? name = null, int? priority = null, BackgroundTaskType? type = null, Delegate? callback = null, TimeSpan? delay = null) =>
        args => Default.BackgroundTask(func, name, priority, type, callback, delay)(args);

    /// <inheritdoc cref="BackgroundTaskExtensions.Apply{T}(IQClusterClient, Delegate, IReadOnlyList{object?}, IReadOnlyDictionary{string, object?}, int?, BackgroundTaskType, CancellationToken)" />
    public static Task<T> Apply<T>(Delegate func, IReadOnlyList<object?>? args = null, IReadOnlyDictionary<string, object?>? kwargs = null, int? priority = null, BackgroundTaskType type = BackgroundTaskType.Process, CancellationToken cancellationToken = default) =>
        Default.Apply<T>(func, args, kwargs, priority, type, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.GetTaskInfo" />
    public static Task<TaskInfo?> GetTaskInfo(string idOrName, CancellationToken cancellationToken = default) => Default.GetTaskInfo(idOrName, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.CancelGroup" />
    public static Task<long> CancelGroup(string group, CancellationToken cancellationToken = default) => Default.CancelGroup(group, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.Schedules" />
    public static ISchedules Schedules => Default.Schedules;

    /// <inheritdoc cref="IQClusterClient.Dead" />
    public static IDeadTasks Dead => Default.Dead;

    /// <inheritdoc cref="IQClusterClient.Queues" />
    public static IQueues Queues => Default.Queues;

    /// <inheritdoc cref="IQClusterClient.Monitoring" />
    public static IMonitoring Monitoring => Default.Monitoring;

    /// <inheritdoc cref="IQClusterClient.GetResult" />
    public static Task<object?> GetResult(string name, CancellationToken cancellationToken = default) => Default.GetResult(name, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.ResultGroup" />
    public static Task<IReadOnlyList<object?>?> ResultGroup(string group, bool failures = false, TimeSpan? wait = null, int? count = null, CancellationToken cancellationToken = default) => Default.ResultGroup(group, failures, wait, count, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.FetchGroup" />
    public static Task<IReadOnlyList<TaskRecord>?> FetchGroup(string group, bool failures = true, TimeSpan? wait = null, int? count = null, CancellationToken cancellationToken = default) => Default.FetchGroup(group, failures, wait, count, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.CountGroup" />
    public static Task<long> CountGroup(string group, bool failures = false, CancellationToken cancellationToken = default) => Default.CountGroup(group, failures, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.DeleteGroup" />
    public static Task<long> DeleteGroup(string group, bool tasks = false, CancellationToken cancellationToken = default) => Default.DeleteGroup(group, tasks, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.DeleteCached" />
    public static Task<bool> DeleteCached(string idOrName, CancellationToken cancellationToken = default) => Default.DeleteCached(idOrName, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.Successes" />
    public static IFinishedTasks Successes => Default.Successes;

    /// <inheritdoc cref="IQClusterClient.Failures" />
    public static IFinishedTasks Failures => Default.Failures;

    /// <inheritdoc cref="IQClusterClient.Retry" />
    public static Task<string> Retry(string idOrName, CancellationToken cancellationToken = default) => Default.Retry(idOrName, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.Cancel" />
    public static Task<CancelResult> Cancel(string idOrName, CancellationToken cancellationToken = default) => Default.Cancel(idOrName, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.QueueSize" />
    public static Task<long> QueueSize(string? queue = null, CancellationToken cancellationToken = default) => Default.QueueSize(queue, cancellationToken);

    /// <inheritdoc cref="QClusterClientExtensions.Async(IQClusterClient, Delegate, object?[])" />
    public static Task<string> Async(Delegate func, params object?[] args) => Default.Async(func, args);

    /// <inheritdoc cref="IQClusterClient.AsyncOn{TService}(Expression{Action{TService}}, TaskOptions?, CancellationToken)" />
    public static Task<string> AsyncOn<TService>(Expression<Action<TService>> call, TaskOptions? options = null, CancellationToken cancellationToken = default) => Default.AsyncOn(call, options, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.AsyncOn{TService}(Expression{Action{TService}}, TaskOptions?, CancellationToken)" />
    public static Task<string> AsyncOn<TService>(Expression<Func<TService, Task>> call, TaskOptions? options = null, CancellationToken cancellationToken = default) => Default.AsyncOn(call, options, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.AsyncOn{TService}(Expression{Action{TService}}, TaskOptions?, CancellationToken)" />
    public static Task<string> AsyncOn<TService>(Expression<Func<TService, ValueTask>> call, TaskOptions? options = null, CancellationToken cancellationToken = default) => Default.AsyncOn(call, options, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.AsyncOn{TService, TResult}(Expression{Func{TService, TResult}}, TaskOptions?, CancellationToken)" />
    public static Task<string> AsyncOn<TService, TResult>(Expression<Func<TService, TResult>> call, TaskOptions? options = null, CancellationToken cancellationToken = default) => Default.AsyncOn(call, options, cancellationToken);

    /// <inheritdoc cref="QClusterClientExtensions.AsyncIter{T}" />
    public static Task<string> AsyncIter<T>(string func, IEnumerable<T> argsList, TaskOptions? options = null, CancellationToken cancellationToken = default) => QClusterClientExtensions.AsyncIter(Default, func, argsList, options, cancellationToken);

    /// <inheritdoc cref="IQClusterClient.AsyncIter(string, IAsyncEnumerable{object?}, TaskOptions?, CancellationToken)" />
    public static Task<string> AsyncIter(string func, IAsyncEnumerable<object?> argsList, TaskOptions? options = null, CancellationToken cancellationToken = default) => Default.AsyncIter(func, argsList, options, cancellationToken);

    /// <inheritdoc cref="QClusterClientExtensions.Result" />
    public static Task<object?> Result(string idOrName, int wait, CancellationToken cancellationToken = default) => Default.Result(idOrName, wait, cancellationToken);

    /// <inheritdoc cref="QClusterClientExtensions.Fetch" />
    public static Task<TaskRecord?> Fetch(string idOrName, int wait, CancellationToken cancellationToken = default) => Default.Fetch(idOrName, wait, cancellationToken);

    /// <summary>Arguments by name among those by position: <c>Async("mail.send", "a@b", Named(("body", "hello")))</c>.</summary>
    /// <inheritdoc cref="KeywordArguments.Of" />
    public static KeywordArguments Named(params (string Name, object? Value)[] arguments) => KeywordArguments.Of(arguments);

    /// <summary>Arguments by name as the properties of an object: <c>Async("mail.send", "a@b", Named(new { body = "hello" }))</c>.</summary>
    /// <inheritdoc cref="KeywordArguments.From(object)" />
    [RequiresUnreferencedCode("The properties are read by reflection. In a trimmed program give pairs of name and value: Tasks.Named((\"body\", \"hello\")).")]
    public static KeywordArguments Named(object arguments) => KeywordArguments.From(arguments);

    /// <inheritdoc cref="IQClusterClient.WatchGroup" />
    public static IAsyncEnumerable<TaskRecord> WatchGroup(string group, int count, CancellationToken cancellationToken = default) => Default.WatchGroup(group, count, cancellationToken);

    /// <inheritdoc cref="TaskSetExtensions.RunSet" />
    public static Task<TaskSetResult> RunSet(TaskSet set, CancellationToken cancellationToken = default) => Default.RunSet(set, cancellationToken);

    /// <inheritdoc cref="ConsumerExtensions.CreatePublisher" />
    public static TaskPublisher CreatePublisher(string? queue = null) => Default.CreatePublisher(queue);

    /// <inheritdoc cref="ConsumerExtensions.CreateConsumer" />
    public static TaskConsumer CreateConsumer(string? queue = null) => Default.CreateConsumer(queue);
}
