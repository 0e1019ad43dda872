namespace QCluster;

/// <summary>The schedules of the client's queue, or of the one that their options or these calls name.</summary>
public interface ISchedules
{
    /// <summary>Adds a schedule, or replaces the one of that name.</summary>
    /// <param name="schedule">The schedule. Its queue is that of its options.</param>
    /// <param name="replace">False: fail when there is one of that name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentException">It cannot be as it is.</exception>
    /// <exception cref="InvalidOperationException">There is one of that name, and it is not to be replaced.</exception>
    Task Add(Schedule schedule, bool replace = true, CancellationToken cancellationToken = default);

    /// <summary>All schedules, by name.</summary>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<ScheduleInfo>> List(string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>One schedule; null when there is none of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ScheduleInfo?> Get(string name, string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Fires a schedule now, besides its slots.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The id of the task.</returns>
    /// <exception cref="NotRegisteredException">There is none of that name.</exception>
    Task<string> Run(string name, string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Lets a schedule rest. Slots that pass meanwhile are not made up for.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when there is none of that name.</returns>
    Task<bool> Pause(string name, string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Lets a paused schedule go on with its next slot.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when there is none of that name.</returns>
    Task<bool> Resume(string name, string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Removes a schedule. Tasks that it has fired are not touched.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False when there was none of that name.</returns>
    Task<bool> Remove(string name, string? queue = null, CancellationToken cancellationToken = default);
}
