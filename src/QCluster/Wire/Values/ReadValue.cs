using QCluster.Wire.Primitives;

namespace QCluster.Wire.Values;

internal delegate T ReadValue<out T>(ref WireReader reader);
