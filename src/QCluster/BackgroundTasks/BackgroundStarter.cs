namespace QCluster.BackgroundTasks;

/// <summary>Enqueues one call of a background task, with these arguments unchanged.</summary>
/// <param name="args">The arguments by position.</param>
/// <returns>The task's id.</returns>
/// <exception cref="SerializationException">An argument cannot be serialised; nothing was enqueued.</exception>
public delegate Task<string> BackgroundStarter(params object?[] args);
