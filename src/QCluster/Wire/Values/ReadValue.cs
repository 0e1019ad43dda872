namespace QCluster.Wire;

internal delegate T ReadValue<out T>(ref MessagePackReader reader);
