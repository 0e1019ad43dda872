using QCluster.Client.Inline;
using QCluster.Execution.Attempts;
using QCluster.Execution.Functions;
using QCluster.Wire.Packets;
using QCluster.Wire.Values;

namespace QCluster.Tests.Execution;

/// <summary>Runs odd tasks as <see cref="QCluster.Testing.TestCluster"/> does.</summary>
internal sealed class OddInline
{
    private readonly InlineRunner _runner;

    public OddInline(IServiceProvider services)
    {
        var functions = OddFunctions.Registry();
        functions.Freeze(services, ValueSerializer.Default);
        _runner = new InlineRunner(OddTask.Format, functions, OddWorker.Settings("").ToExecution(OddWorker.Incarnation), TimeProvider.System);
    }

    public async Task<IReadOnlyList<SeenAttempt>> RunAsync(OddTask odd)
    {
        var seen = new List<SeenAttempt>();
        var element = odd.ToElement();
        for (ushort number = 1; seen.Count == 0 || seen[^1].Kind == QCluster.Queue.AckKind.Retry; number++)
            seen.Add(SeenAttempt.Of(await RunAsync(odd, number == 1 ? element : TaskElement.Numbered(element, number)), element));
        return seen;
    }

    private Task<AttemptResult> RunAsync(OddTask odd, byte[] element)
    {
        var owner = new InlineOwner
        {
            IsCancelRequested = () => odd.IsCancelled,
            Starting = context => OnStarting(odd, context),
        };
        return _runner.RunAsync(element, "default", owner, CancellationToken.None);
    }

    private static void OnStarting(OddTask odd, PacketContext context)
    {
        if (odd.Cancels != TaskCancelReason.None)
            _ = CancelSoonAsync(context, odd.Cancels);
    }

    private static async Task CancelSoonAsync(PacketContext context, TaskCancelReason reason)
    {
        await Task.Delay(50);
        context.Cancel(reason);
    }
}
