using QCluster.Client.Groups;
using QCluster.Execution.Attempts;
using QCluster.Execution.Functions;
using QCluster.Wire.Packets;

namespace QCluster.Client.Inline;

/// <summary>Runs tasks in this process, from the bytes that travel. No process is killed: time-outs and time limits cancel the token.</summary>
internal sealed class InlineRunner : ITaskHost<InlineRun>
{
    private readonly FunctionRegistry _functions;
    private readonly TimeProvider _clock;
    private readonly TaskExecution<InlineRun> _execution;

    public InlineRunner(PacketFormat format, FunctionRegistry functions, ExecutionSettings settings, TimeProvider clock)
    {
        _functions = functions;
        _clock = clock;
        _execution = new TaskExecution<InlineRun>(this, format, functions, settings, clock);
    }

    /// <summary>Runs one attempt.</summary>
    /// <param name="element">The task. The registry has been frozen.</param>
    /// <param name="queue">Its queue.</param>
    /// <param name="owner">The caller.</param>
    /// <param name="cancellationToken">Cancels the task.</param>
    public async Task<AttemptResult> RunAsync(byte[] element, string queue, InlineOwner owner, CancellationToken cancellationToken)
    {
        // Only the client of the static calls goes with it.
        var client = DefaultClient.Use(null);
        FreshContext.Enter();
        DefaultClient.Use(client);
        using var run = new InlineRun(owner, _clock, cancellationToken);
        return await _execution.RunAsync(run, element, queue).ConfigureAwait(false);
    }

    bool ITaskHost<InlineRun>.IsCancelRequested(InlineRun attempt) => attempt.IsCancelRequested;

    PacketContext ITaskHost<InlineRun>.Begin(InlineRun attempt, in AttemptStart start) => attempt.Begin(_functions.Services, start);

    void ITaskHost<InlineRun>.Suspend(InlineRun attempt, in ValueTask pending)
    {
    }

    Task ITaskHost<InlineRun>.FetchMembersAsync(PacketContext context) => SetCallback.FetchMembersAsync(context);
}
