namespace QCluster.Info;

internal sealed record ProcessDescription(string Role, int Ordinal, int Pid, string State, long ResidentBytes, long Done, int Busy);
