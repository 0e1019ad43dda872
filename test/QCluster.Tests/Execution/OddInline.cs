using QCluster.Client.Inline;
using QCluster.Client.Results;
using QCluster.Execution.Functions;
using QCluster.Execution.Records;
using QCluster.Execution.Retries;
using QCluster.Queue;
using QCluster.Wire.Packets;
using QCluster.Wire.Primitives;
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
        var limits = new WireLimits { MaxLength = OddTask.MaxPacketBytes };
        _runner = new InlineRunner(new QClusterOptions { MaxPacketBytes = OddTask.MaxPacketBytes }, OddTask.Signer, limits, new RecordDecoder(OddTask.Signer, limits, ValueSerializer.Default), functions, TimeProvider.System)
        {
            MaxAge = TimeSpan.FromHours(1),
            Retries = RetrySettings.Default,
            ObeysLimits = true,
            Worker = OddWorker.Incarnation,
            Cluster = OddWorker.Cluster,
        };
    }

    public async Task<IReadOnlyList<SeenAttempt>> RunAsync(OddTask odd)
    {
        var seen = new List<SeenAttempt>();
        var element = odd.ToElement();
        for (ushort number = 1; seen.Count == 0 || seen[^1].Kind == AckKind.Retry; number++)
            seen.Add(await RunAsync(odd, number == 1 ? element : TaskElement.Numbered(element, number)));
        return seen;
    }

    private async Task<SeenAttempt> RunAsync(OddTask odd, byte[] element)
    {
        var owner = new InlineOwner { Starting = context => OnStarting(odd, context) };
        var attempt = await _runner.RunAsync(element, "default", owner, CancellationToken.None);
        if (attempt.IsInterrupted)
            return new SeenAttempt(null);
        if (attempt.Limits is { } limits)
            return new SeenAttempt(AckKind.Limited, Value: Convert.ToHexString(limits));
        var keep = attempt.Decision.Pause is { } pause ? Math.Ceiling(pause.TotalMilliseconds) : RecordLifetime.Of(attempt.Packet, attempt.Defaults, attempt.Outcome.State, TimeSpan.FromMinutes(10)).TotalMilliseconds;
        return SeenAttempt.Of(attempt.Kind, (long)keep, attempt.Outcome);
    }

    private static void OnStarting(OddTask odd, PacketContext context)
    {
        if (odd.IsCancelled)
            context.Cancel(TaskCancelReason.User);
        if (odd.Cancels != TaskCancelReason.None)
            _ = CancelSoonAsync(context, odd.Cancels);
    }

    private static async Task CancelSoonAsync(PacketContext context, TaskCancelReason reason)
    {
        await Task.Delay(50);
        context.Cancel(reason);
    }
}
