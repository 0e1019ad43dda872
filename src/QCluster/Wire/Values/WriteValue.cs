using MessagePack;

namespace QCluster.Wire;

internal delegate void WriteValue<in T>(ref MessagePackWriter writer, T value);
