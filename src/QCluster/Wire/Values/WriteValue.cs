using MessagePack;

namespace QCluster.Wire.Values;

internal delegate void WriteValue<in T>(ref MessagePackWriter writer, T value);
