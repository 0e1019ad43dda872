using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using QCluster.Queue;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using QCluster.Client;
using QCluster.Client.Enqueueing;
using QCluster.Execution.Functions;
using QCluster.Hosting;
using QCluster.Hosting.Apps;
using QCluster.Model;
using QCluster.Testing.Harness;
using QCluster.Wire;
using QCluster.Wire.Packets;

namespace QCluster.Testing;

/// <summary>
/// Runs task functions in the test's own process, without Redis and without a cluster, as a worker would run them: the call is serialised and deserialised,
/// arguments are bound and services injected as in a worker, and the result or exception becomes the same outcome, with the same retries.
/// Time stands still until the test advances it.
/// </summary>
/// <remarks>
/// <para>Register functions and services first; the first run, or the first use of <see cref="Client"/> or <see cref="Provider"/>, closes both.</para>
/// <para>Functions get <see cref="Clock"/> as <see cref="TimeProvider"/>, and <see cref="Client"/> as <see cref="IQClusterClient"/> and through the static calls of <see cref="Tasks"/>,
/// regardless of other registrations. A time-out or a time limit cancels the token when the clock reaches it; no process is killed. Rate and concurrency limits do not
/// delay a run. Hooks, callbacks and chain steps do not run automatically: see <see cref="RunHookAsync"/>.</para>
/// <para>Runs may overlap. Dispose the harness to dispose the services that it created.</para>
/// </remarks>
[RequiresUnreferencedCode(ReflectionSupport.RunsFunctions)]
[RequiresDynamicCode(ReflectionSupport.RunsFunctions)]
public sealed class TaskHarness : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly ServiceCollection _services = new();
    private HarnessHost? _host;

    /// <summary>Creates a harness without functions.</summary>
    /// <param name="clock">The clock. Null: a new one, set to midnight of 1 January 2000, UTC.</param>
    public TaskHarness(FakeTimeProvider? clock = null) => Clock = clock ?? new FakeTimeProvider();

    /// <summary>The functions of the harness.</summary>
    public FunctionRegistry Functions { get; } = new();

    /// <summary>The services of the functions and their classes.</summary>
    public IServiceCollection Services => _services;

    /// <summary>
    /// The settings of client and cluster that are used: <c>Name</c>, <c>Queue</c>, <c>Queues</c>, <c>Secrets</c>, <c>Json</c>, <c>Compress</c>, <c>MaxPacketBytes</c>, <c>Cached</c>,
    /// <c>ResultTtl</c>, <c>Timeout</c>, <c>MaxAge</c>, <c>MaxAttempts</c>, <c>RetryBackoff</c>, <c>RetryBackoffMax</c>. The others are ignored, and so is the environment.
    /// </summary>
    public ClusterOptions Options { get; } = new();

    /// <summary>The clock of time-outs, retries and expiry. Functions get it as <see cref="TaskContext.Clock"/> and as the service <see cref="TimeProvider"/>.</summary>
    public FakeTimeProvider Clock { get; }

    /// <summary>Follows retries: the clock advances by the retry delay, and the next attempt starts.</summary>
    /// <value>Default true. False: a run ends after one attempt, with the state <see cref="TaskState.Delayed"/> if another one would follow.</value>
    public bool FollowRetries { get; set; } = true;

    /// <summary>The client of the functions. It runs nothing; prescribe results in it for functions that wait for other tasks.</summary>
    public RecordingClient Client => Host.Client;

    /// <summary>The built services, to check the effects of a function on them.</summary>
    public IServiceProvider Provider => Host.Services;

    private HarnessHost Host
    {
        get
        {
            lock (_lock)
                return _host ??= new HarnessHost(Options, Functions, _services, Clock);
        }
    }

    /// <summary>Adds an assembly as <c>qcluster start --app</c> does: its functions and task classes, and the registrations of its <see cref="IAppStartup"/>.</summary>
    /// <param name="assembly">The assembly.</param>
    /// <returns>This harness.</returns>
    /// <exception cref="InvalidFunctionException">A method cannot be a task function.</exception>
    /// <exception cref="AlreadyRegisteredException">A name is already registered.</exception>
    public TaskHarness AddApp(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        AppLoader.Add(assembly, Functions, Services, Options.Json ??= new JsonSerializerOptions());
        return this;
    }

    /// <summary>Runs a call to its end, retries included.</summary>
    /// <param name="func">The function's registered name.</param>
    /// <param name="args">Its arguments by position.</param>
    /// <exception cref="SerializationException">An argument cannot be serialised.</exception>
    public Task<TaskRunResult> RunAsync(string func, params object?[] args) => RunAsync(new TaskCall(func, args));

    /// <summary>Runs a call to its end, retries included.</summary>
    /// <param name="call">Function and arguments.</param>
    /// <param name="options">The options of the task. Null: those of the function and the settings. Delays are skipped.</param>
    /// <exception cref="SerializationException">An argument cannot be serialised.</exception>
    public Task<TaskRunResult> RunAsync(TaskCall call, TaskOptions? options = null) => Start(call, options).Completion;

    /// <summary>Runs the call in a lambda, for example <c>() => Math.CopySign(2, -2)</c>. Injected parameters may have any value, such as <c>default</c>.</summary>
    /// <param name="call">One call of a registered static method.</param>
    /// <param name="options">The options of the task. Null: those of the function and the settings.</param>
    public Task<TaskRunResult> RunAsync(Expression<Action> call, TaskOptions? options = null) => Start(CallExpression.Read(call, Functions), options).Completion;

    /// <inheritdoc cref="RunAsync(Expression{Action}, TaskOptions?)" />
    /// <typeparam name="T">The type of the value.</typeparam>
    public Task<TaskRunResult> RunAsync<T>(Expression<Func<T>> call, TaskOptions? options = null) => Start(CallExpression.Read(call, Functions), options).Completion;

    /// <summary>Runs the call of an instance method, such as a task class's <c>Run</c>; dependency injection creates the instance.</summary>
    /// <typeparam name="TService">The class of the method.</typeparam>
    /// <param name="call">One call of a method on the parameter.</param>
    /// <param name="options">The options of the task. Null: those of the function and the settings.</param>
    public Task<TaskRunResult> RunOnAsync<TService>(Expression<Action<TService>> call, TaskOptions? options = null) => Start(CallExpression.Read(call, Functions), options).Completion;

    /// <inheritdoc cref="RunOnAsync{TService}(Expression{Action{TService}}, TaskOptions?)" />
    public Task<TaskRunResult> RunOnAsync<TService>(Expression<Func<TService, Task>> call, TaskOptions? options = null) => Start(CallExpression.Read(call, Functions), options).Completion;

    /// <inheritdoc cref="RunOnAsync{TService}(Expression{Action{TService}}, TaskOptions?)" />
    public Task<TaskRunResult> RunOnAsync<TService>(Expression<Func<TService, ValueTask>> call, TaskOptions? options = null) => Start(CallExpression.Read(call, Functions), options).Completion;

    /// <inheritdoc cref="RunOnAsync{TService}(Expression{Action{TService}}, TaskOptions?)" />
    /// <typeparam name="TService">The class of the method.</typeparam>
    /// <typeparam name="TResult">The type of the value.</typeparam>
    public Task<TaskRunResult> RunOnAsync<TService, TResult>(Expression<Func<TService, TResult>> call, TaskOptions? options = null) => Start(CallExpression.Read(call, Functions), options).Completion;

    /// <summary>Runs a function as the hook of a task that this harness ran before.</summary>
    /// <param name="hook">The hook's registered name.</param>
    /// <param name="of">The result of the task.</param>
    /// <param name="args">The hook's arguments after the record.</param>
    public Task<TaskRunResult> RunHookAsync(string hook, TaskRunResult of, params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(of);
        var host = Host;
        var id = of.Task.ForHook();
        var element = host.Composer.ComposeHook(id, hook, host.Composer.HookArguments(hook, args), of.Task, null);
        return Start(host, id, TaskElement.Attached(element, of.Raw)).Completion;
    }

    /// <summary>
    /// Starts a call and returns at its first asynchronous wait, so that a test can cancel it or advance the clock while it runs. A
    /// function that blocks its thread blocks the caller too.
    /// </summary>
    /// <param name="func">The function's registered name.</param>
    /// <param name="args">Its arguments by position.</param>
    public TaskRun Start(string func, params object?[] args) => Start(new TaskCall(func, args));

    /// <inheritdoc cref="Start(string, object?[])" />
    /// <param name="call">Function and arguments.</param>
    /// <param name="options">The options of the task. Null: those of the function and the settings. Delays are skipped.</param>
    /// <exception cref="SerializationException">An argument cannot be serialised.</exception>
    public TaskRun Start(TaskCall call, TaskOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(call);
        options ??= new TaskOptions();
        options.Validate();
        var host = Host;
        var id = TaskId.New(options.Queue ?? host.Queue, Clock);
        return Start(host, id, host.Composer.Compose(id, call, options));
    }

    private TaskRun Start(HarnessHost host, TaskId id, byte[] element)
    {
        var run = new TaskRun(id.ToString());
        run.Completion = RunAsync(host, run, id, element);
        return run;
    }

    private async Task<TaskRunResult> RunAsync(HarnessHost host, TaskRun run, TaskId id, byte[] element)
    {
        // Seen by the function and what it calls, not by the caller.
        DefaultClient.Use(host.Client);
        var retries = new List<RetryRequest>();
        for (ushort number = 1; ; number++)
        {
            var attempt = await host.Runner.RunAsync(TaskElement.Numbered(element, number), id.Queue, run.Owner, CancellationToken.None).ConfigureAwait(false);
            if (attempt.RetryDelay is { } pause)
            {
                retries.Add(new RetryRequest(number, pause, attempt.Error!));
                if (!FollowRetries)
                    return Result(host, run, id, element, retries, attempt.Outcome, TaskState.Delayed);
                Clock.Advance(pause);
                if (!run.IsCancelled)
                    continue;
                var cancelled = new TaskOutcome
                {
                    State = TaskState.Cancelled,
                    Attempt = number,
                    Stopped = Clock.GetUtcNow(),
                    Worker = "",
                    Cluster = "",
                    Error = TaskVerdict.CancelledBefore.Error,
                };
                return Result(host, run, id, element, retries, cancelled.ToBytes(id, host.Decoder.Format), TaskState.Cancelled);
            }

            return Result(host, run, id, element, retries, attempt.Outcome, attempt.IsInterrupted ? TaskState.Queued : attempt.State, attempt.Kind == AckKind.GivenUp);
        }
    }

    private static TaskRunResult Result(HarnessHost host, TaskRun run, TaskId id, byte[] element, List<RetryRequest> retries, byte[] outcome, TaskState state, bool isGivenUp = false) =>
        new(host.Decoder, id, [.. outcome, .. element])
        {
            State = state,
            Retries = retries,
            IsGivenUp = isGivenUp,
            Progress = run.Progress,
            Enqueued = [.. host.Client.Enqueued.Where(t => t.EnqueuedBy == run.Id)],
        };

    /// <summary>Disposes the services. Unfinished runs continue.</summary>
    public ValueTask DisposeAsync() => _host?.DisposeAsync() ?? default;
}
