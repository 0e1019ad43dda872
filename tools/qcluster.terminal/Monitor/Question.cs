namespace QCluster.Terminal.Monitor;

/// <summary>Asked before something is done that cannot be taken back.</summary>
/// <param name="Text">The question.</param>
/// <param name="Do">What is done at yes; returns what to say of it.</param>
internal sealed record Question(string Text, Func<CancellationToken, Task<string>> Do);
