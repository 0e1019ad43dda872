using QCluster.Hosting.Channels;
using QCluster.Redis;

namespace QCluster.Hosting.Monitor;

internal readonly record struct PendingOutcome(FrameConnection Connection, string Incarnation, byte Queue, AckItem Item);
