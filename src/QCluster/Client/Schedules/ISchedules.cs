namespace QCluster;

/// <summary>The schedules of the client's queue, or of the one in their options or in these calls.</summary>
public interface ISchedules
{
    /// <summary>Adds a schedule, or replaces the one of that name. Times are those of Redis's clock.</summary>
    /// <param name="schedule">The schedule. Its options determine its queue.</param>
    /// <param name="replace">False: fails if there is a different schedule of that name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="ArgumentException">The schedule is invalid.</exception>
    /// <exception cref="InvalidOperationException">There is a different schedule of that name, and <paramref name="replace"/> is false.</exception>
    /// <remarks>
    /// Adding an unchanged schedule has no effect, so a program may do it at each start: the due time stays. A changed schedule keeps its counters, last task
    /// and pause. It also keeps its due time, unless recurrence, time zone or start have changed; then its next due time follows from those.
    /// </remarks>
    Task Add(Schedule schedule, bool replace = true, CancellationToken cancellationToken = default);

    /// <summary>Returns the schedules of one queue, by name.</summary>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<ScheduleInfo>> List(string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Returns the schedules of all queues that clients and clusters of this name have used, by queue and name.</summary>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<IReadOnlyList<ScheduleInfo>> ListAll(CancellationToken cancellationToken = default);

    /// <summary>Returns a schedule; null if there is none of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    Task<ScheduleInfo?> Get(string name, string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Fires a schedule now, in addition to its occurrences.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The id of the task.</returns>
    /// <exception cref="NotRegisteredException">There is no schedule of that name.</exception>
    Task<string> Run(string name, string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Pauses a schedule. Occurrences during the pause are not caught up.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False if there is none of that name.</returns>
    Task<bool> Pause(string name, string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Resumes a paused schedule with its next occurrence.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False if there is none of that name.</returns>
    /// <exception cref="InvalidOperationException">Its definition cannot be read here, so its next due time is unknown.</exception>
    Task<bool> Resume(string name, string? queue = null, CancellationToken cancellationToken = default);

    /// <summary>Removes a schedule. Tasks that it has fired are not affected.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="queue">The queue; null = the client's own.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>False if there was none of that name.</returns>
    Task<bool> Remove(string name, string? queue = null, CancellationToken cancellationToken = default);
}
