using QCluster.Execution.Calls;
using QCluster.Execution.Functions;
using QCluster.Model;

namespace QCluster;

/// <summary>Shorter ways to write calls, on a client.</summary>
public static class QClusterClientExtensions
{
    /// <summary>Enqueues one call of a method: <c>client.Async(Math.CopySign, 2, -2)</c>.</summary>
    /// <param name="client">The client.</param>
    /// <param name="func">A method that is registered with the workers; not a lambda.</param>
    /// <param name="args">Its arguments by position: as for <see cref="TaskCall(string, object?[])"/>.</param>
    /// <returns>The task's id.</returns>
    /// <exception cref="ArgumentException">The function is a lambda or local function, and has no known name.</exception>
    public static Task<string> Async(this IQClusterClient client, Delegate func, params object?[] args)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.Async(DeclaredArguments.Of((func ?? throw new ArgumentNullException(nameof(func))).Method, new TaskCall(FunctionRules.NameOf(func), args)));
    }

    /// <summary>Enqueues one call for each element, which may be a number or any other value.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="client">The client.</param>
    /// <param name="func">The function's registered name.</param>
    /// <param name="argsList">The argument of each call, or an <c>object[]</c> of all its arguments.</param>
    /// <param name="options">The options of each task.</param>
    /// <param name="cancellationToken">Ends the call. Tasks that have been enqueued by then run.</param>
    /// <returns>The id of the iteration: see <see cref="IQClusterClient.AsyncIter(string, IEnumerable{object?}, TaskOptions?, CancellationToken)"/>.</returns>
    public static Task<string> AsyncIter<T>(this IQClusterClient client, string func, IEnumerable<T> argsList, TaskOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(argsList);
        return client.AsyncIter(func, argsList.Select(a => a is object?[] ? a : TaskArgument.Declared(a, typeof(T))), options, cancellationToken);
    }

    /// <summary>Returns the value of a task; null if there is none in time.</summary>
    /// <param name="client">The client.</param>
    /// <param name="idOrName">The task's id or name.</param>
    /// <param name="wait">The maximum time to wait for it, in milliseconds, as in django-q. Below 0: no limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<object?> Result(this IQClusterClient client, string idOrName, int wait, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.Result(idOrName, Milliseconds.Of(wait), cancellationToken);
    }

    /// <summary>Returns the record of a task; null if it is unknown.</summary>
    /// <param name="client">The client.</param>
    /// <param name="idOrName">The task's id or name.</param>
    /// <param name="wait">The maximum time to wait for its end, in milliseconds. Below 0: no limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task<TaskRecord?> Fetch(this IQClusterClient client, string idOrName, int wait, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.Fetch(idOrName, Milliseconds.Of(wait), cancellationToken);
    }
}
