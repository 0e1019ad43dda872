namespace QCluster.Wire;

internal delegate T ReadValue<out T>(ref WireReader reader);
