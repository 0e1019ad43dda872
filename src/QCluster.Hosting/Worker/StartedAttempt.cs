using System.Diagnostics;
using QCluster.Execution.Functions;
using QCluster.Wire.Packets;

namespace QCluster.Hosting.Worker;

/// <summary>A task whose function has been called.</summary>
/// <param name="Task">The task.</param>
/// <param name="Packet">What it says.</param>
/// <param name="Function">Its function.</param>
/// <param name="Started">When it was begun.</param>
/// <param name="Timeout">When its token is cancelled.</param>
/// <param name="Span">Its span, while anybody listens.</param>
internal readonly record struct StartedAttempt(HeldTask Task, TaskPacket Packet, TaskFunction Function, DateTimeOffset Started, TimeSpan? Timeout, Activity? Span);
