namespace QCluster.Hosting.Channels;

/// <summary>Handles one frame. The body is valid only during the call.</summary>
internal delegate void FrameHandler(FrameConnection connection, FrameType type, ReadOnlySpan<byte> body);
