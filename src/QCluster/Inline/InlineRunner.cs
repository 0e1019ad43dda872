using QCluster.Functions;
using QCluster.Groups;
using QCluster.Retries;
using QCluster.Telemetry;
using QCluster.Wire;

namespace QCluster.Inline;

/// <summary>Runs one attempt at a task in this process, from the bytes that travel, and says what came of it. Nothing is killed: time-outs cancel the token.</summary>
internal sealed class InlineRunner(QClusterOptions settings, PacketSigner signer, WireLimits limits, RecordDecoder decoder, FunctionRegistry functions, TimeProvider clock)
{
    private static readonly InlineOwner Nobody = new();

    /// <summary>Where neither call nor function say anything.</summary>
    public TimeSpan? Timeout { get; init; }

    public RetrySettings Retries { get; init; } = RetrySettings.Default;

    public TimeSpan? MaxAge { get; init; }

    /// <summary>A task whose function has a rate limit is not begun unless its element says so too.</summary>
    public bool ObeysLimits { get; init; }

    public string Worker { get; init; } = "sync";

    public string Cluster { get; init; } = Environment.MachineName;

    /// <param name="element">The task. Its registry has been frozen.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="owner">Who is told of it.</param>
    /// <param name="cancellationToken">Cancels the task.</param>
    public async Task<InlineAttempt> RunAsync(byte[] element, string queue, InlineOwner? owner, CancellationToken cancellationToken)
    {
        var attempt = TaskElement.Read(element).Key.Attempt;
        var started = clock.GetUtcNow();
        TaskPacket packet;
        TaskInput input;
        try
        {
            packet = TaskPacket.Read(element, queue, signer, limits);
            input = TaskInput.Of(packet, decoder, signer, limits);
        }
        catch (WireFormatException e)
        {
            return new InlineAttempt { Outcome = Outcome(attempt, started, TaskVerdict.Refused(e), null) };
        }

        if (MaxAge is { } oldest && started - packet.Id.Created > oldest)
            return Concluded(packet, started, TaskVerdict.TooOld(packet.Id.Created));
        if (packet.Expires is { } expires && expires < started)
            return Concluded(packet, started, TaskVerdict.Expired(expires, started));
        if (!functions.TryGet(packet.Func, out var function))
            return Concluded(packet, started, TaskVerdict.UnknownFunction(packet.Func, functions));
        if (ObeysLimits && function.Defaults.LimitsOf(packet, element) is { } unsaid)
            return Concluded(packet, started, default) with { Limits = unsaid };
        return await InvokeAsync(function, packet, input, started, owner ?? Nobody, cancellationToken).ConfigureAwait(false);
    }

    private async Task<InlineAttempt> InvokeAsync(TaskFunction function, TaskPacket packet, TaskInput input, DateTimeOffset started, InlineOwner owner, CancellationToken cancellationToken)
    {
        // Only the client of the static calls goes with it.
        var client = DefaultClient.Use(null);
        FreshContext.Enter();
        DefaultClient.Use(client);
        var defaults = function.Defaults;
        var timeout = Shorter(packet.Timeout ?? defaults.Timeout ?? Timeout, packet.TimeLimit ?? defaults.TimeLimit);
        var context = new InlineContext(functions.Services, packet, input.Hooked, owner, clock);
        using var registration = cancellationToken.UnsafeRegister(static state => ((PacketContext)state!).Cancel(TaskCancelReason.User), context);
        using var timer = timeout is { } limit ? clock.CreateTimer(static state => ((PacketContext)state!).Cancel(TaskCancelReason.Timeout), context, limit, System.Threading.Timeout.InfiniteTimeSpan) : null;
        owner.Starting?.Invoke(context);
        var span = Processing.Begin(packet, Worker, Cluster);
        TaskError? failure = null;
        Exception? thrown = null;
        using var output = new PooledBuffer();
        try
        {
            if (packet.CallbackOf is not null)
                await SetCallback.FetchMembersAsync(context).ConfigureAwait(false);
            await CallAsync(function, context, input, output).ConfigureAwait(false);
            if (TaskOutcome.MaxValue(settings.MaxPacketBytes, Worker, Cluster) is var most && output.WrittenCount > most)
            {
                var tooLarge = TaskVerdict.TooLarge(output.WrittenCount, most);
                failure = tooLarge.Error;
                return Concluded(packet, started, tooLarge);
            }

            return new InlineAttempt { Packet = packet, Outcome = Outcome(packet.Attempt, started, null, defaults, output.WrittenSpan.ToArray()), Defaults = defaults };
        }
#pragma warning disable CA1031 // Whatever the function throws is the task's outcome.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var verdict = TaskVerdict.Of(e, context.CancelReason, timeout);
            (failure, thrown) = (verdict.Error, e);
            var decision = verdict.State == TaskState.Failed ? new RetryPolicy(packet, defaults, Retries).Decide(e, verdict) : RetryDecision.Final;
            if (decision.Pause is not null)
                verdict = verdict with { Error = verdict.Error.Shortened() };
            return new InlineAttempt
            {
                Packet = packet,
                Outcome = Outcome(packet.Attempt, started, verdict, defaults),
                Decision = decision,
                Defaults = defaults,
                IsInterrupted = context.CancelReason == TaskCancelReason.Shutdown && e is OperationCanceledException,
            };
        }
        finally
        {
            Processing.End(span, failure, thrown);
        }
    }

    private static ValueTask CallAsync(TaskFunction function, InlineContext context, TaskInput input, PooledBuffer output) =>
        function.InvokeAsync(new TaskInvocation(context, input.Args, input.Kwargs), output);

    private static TimeSpan? Shorter(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;

    private InlineAttempt Concluded(TaskPacket packet, DateTimeOffset started, TaskVerdict verdict) =>
        new() { Packet = packet, Outcome = Outcome(packet.Attempt, started, verdict, null) };

    /// <summary>No verdict when it succeeded.</summary>
    private TaskOutcome Outcome(ushort attempt, DateTimeOffset started, TaskVerdict? verdict, FunctionDefaults? defaults, byte[]? value = null) => new()
    {
        State = verdict?.State ?? TaskState.Succeeded,
        Attempt = attempt,
        Started = started,
        Stopped = clock.GetUtcNow(),
        Value = value,
        Error = verdict?.Error,
        Worker = Worker,
        Cluster = Cluster,
        NoErrorMail = verdict?.State == TaskState.Failed && defaults is { NoErrorMail: true },
    };
}
